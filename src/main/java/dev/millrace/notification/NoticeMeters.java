package dev.millrace.notification;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The gauge {@code notices.open} by kind. All kinds come of one query, which is asked again after
 * 15 s, however often somebody looks.
 */
@Component
class NoticeMeters {

  private static final Duration KEPT = Duration.ofSeconds(15);

  private static final List<String> KINDS =
      List.of(
          "token_invalid",
          "token_expiring_soon",
          "group_mapping_review",
          "suggestion_unanswered",
          "suggestion_conflict");

  private final JdbcClient jdbc;
  private final Clock clock;
  private Map<String, Long> counts = Map.of();
  private Instant countedAt;

  NoticeMeters(JdbcClient jdbc, Clock clock, MeterRegistry meters) {
    this.jdbc = jdbc;
    this.clock = clock;
    for (String kind : KINDS) {
      Gauge.builder("notices.open", this, self -> self.count(kind))
          .description("Open notices by kind")
          .tag("kind", kind)
          .register(meters);
    }
  }

  private synchronized double count(String kind) {
    Instant now = clock.instant();
    if (countedAt == null || !now.isBefore(countedAt.plus(KEPT))) {
      counts =
          jdbc
              .sql(
                  """
                  SELECT n.kind, count(*) AS n
                  FROM notices n JOIN users u ON u.id = n.user_id AND u.deleted_at IS NULL
                  WHERE n.resolved_at IS NULL GROUP BY n.kind
                  """)
              .query((rs, row) -> Map.entry(rs.getString("kind"), rs.getLong("n")))
              .list()
              .stream()
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
      countedAt = now;
    }
    return counts.getOrDefault(kind, 0L);
  }
}
