package dev.millrace.calendar;

import dev.millrace.job.SqlInstant;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Says of a push channel that has been silent for long whether it is healthy. A calendar in which
 * nothing happened is quiet; one that changed without a message has a channel that missed it.
 */
@Component
class ProbeVerdict {

  /** A message of a younger change may still be on its way. */
  static final Duration SETTLED = Duration.ofMinutes(10);

  /** Once missed, always missed: the calendar's changes may be gone again, the silence was not. */
  private static final String JUDGE =
      """
      UPDATE watch_channels w
      SET checked_at = :now,
          health = CASE WHEN w.health = 'missed' OR EXISTS (
              SELECT FROM calendar_events e
              WHERE e.calendar_id = w.calendar_id
                AND e.google_updated > coalesce(w.last_message_at, w.confirmed_at)
                AND e.google_updated < :settled) OR EXISTS (
              SELECT FROM unnest(:cancelledOf::uuid[], :cancelledAt::timestamptz[])
                AS c (calendar_id, at)
              WHERE c.calendar_id = w.calendar_id
                AND c.at > coalesce(w.last_message_at, w.confirmed_at)
                AND c.at < :settled) THEN 'missed' ELSE 'quiet' END
      WHERE w.calendar_id = ANY (:calendars) AND w.state = 'active' AND w.expires_at > :now
        AND w.confirmed_at IS NOT NULL
        AND coalesce(w.last_message_at, w.confirmed_at) <= :silentSince
      RETURNING w.calendar_id, w.health
      """;

  private final JdbcClient jdbc;
  private final MeterRegistry meters;
  private final Clock clock;

  ProbeVerdict(JdbcClient jdbc, MeterRegistry meters, Clock clock) {
    this.jdbc = jdbc;
    this.meters = meters;
    this.clock = clock;
  }

  /**
   * Judges the silent channels among those of the calendars.
   *
   * @param calendars whose copies are up to date
   * @param cancelled when an event was cancelled last, by calendar: such events left no row
   * @return the calendars whose channel missed a change
   */
  List<UUID> judge(Collection<UUID> calendars, Map<UUID, Instant> cancelled) {
    if (calendars.isEmpty()) {
      return List.of();
    }
    Instant now = clock.instant();
    List<UUID> cancelledOf = List.copyOf(cancelled.keySet());
    List<Map.Entry<UUID, String>> verdicts =
        jdbc.sql(JUDGE)
            .param("now", SqlInstant.of(now))
            .param("settled", SqlInstant.of(now.minus(SETTLED)))
            .param("silentSince", SqlInstant.of(now.minus(ChannelFinding.SILENT_AFTER)))
            .param("calendars", calendars.toArray(UUID[]::new))
            .param("cancelledOf", cancelledOf.toArray(UUID[]::new))
            .param(
                "cancelledAt",
                cancelledOf.stream().map(id -> cancelled.get(id).toString()).toArray(String[]::new))
            .query(
                (row, i) ->
                    Map.entry(row.getObject("calendar_id", UUID.class), row.getString("health")))
            .list();
    verdicts.forEach(
        verdict -> meters.counter("probe.verdicts", "verdict", verdict.getValue()).increment());
    return verdicts.stream()
        .filter(verdict -> verdict.getValue().equals("missed"))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
