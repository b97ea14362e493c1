package dev.millrace.account;

import dev.millrace.job.AdminAlerts;
import dev.millrace.job.SqlInstant;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How many copies are older than they should be, as a gauge and an alert. What counts is the last
 * success: the time of the next sync moves with every claim, however often the sync itself is lost.
 */
@Component
class SyncHealth {

  private static final double TOO_MANY = 0.05;

  /** An interval is spread by a quarter, so only then it is over. */
  private static final String OVERDUE =
      """
      SELECT count(*) AS active,
             count(*) FILTER (WHERE expected < CAST(:now AS timestamptz) - interval '1 hour') AS overdue,
             count(*) FILTER (WHERE expected < CAST(:now AS timestamptz) - interval '6 hours') AS late
      FROM (SELECT greatest(s.last_success_at, g.connected_at)
                   + s.interval_s * 1.25 * interval '1 second' AS expected
            FROM google_connections g JOIN sync_state s ON s.connection_id = g.id
            WHERE g.integration = CAST(:integration AS integration) AND g.status = 'active') one
      """;

  private final JdbcClient jdbc;
  private final AdminAlerts alerts;
  private final Clock clock;
  private final Map<Integration, AtomicInteger> overdue = new EnumMap<>(Integration.class);

  SyncHealth(JdbcClient jdbc, AdminAlerts alerts, MeterRegistry meters, Clock clock) {
    this.jdbc = jdbc;
    this.alerts = alerts;
    this.clock = clock;
    for (Integration integration : Integration.values()) {
      AtomicInteger count = new AtomicInteger();
      overdue.put(integration, count);
      Gauge.builder("sync.overdue", count, AtomicInteger::get)
          .description("Active connections whose copy should have been renewed an hour ago")
          .tag("integration", integration.sql())
          .register(meters);
    }
  }

  private record Counts(int active, int overdue, int late) {}

  /** Whether the gauge says that there are any. */
  boolean reportsOverdue(Integration integration) {
    return overdue.get(integration).get() > 0;
  }

  /** Sets the gauge; opens or closes the alert on more than 5 % that are six hours late. */
  void observe(Integration integration) {
    Instant now = clock.instant();
    Counts counts =
        jdbc.sql(OVERDUE)
            .param("now", SqlInstant.of(now))
            .param("integration", integration.sql())
            .query(
                (row, i) ->
                    new Counts(row.getInt("active"), row.getInt("overdue"), row.getInt("late")))
            .single();
    overdue.get(integration).set(counts.overdue());
    String alert = "sync_overdue:" + integration.sql();
    if (counts.late() > counts.active() * TOO_MANY) {
      alerts.raise(
          "sync_overdue",
          alert,
          Map.of(
              "integration", integration.sql(),
              "active", counts.active(),
              "sixHoursLate", counts.late()));
    } else {
      alerts.close(alert);
    }
  }
}
