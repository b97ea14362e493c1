package dev.millrace.suggestion;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** When a user is free, by the same rules that suggestions go by. */
@Component
public class FreeSlots {

  private final FreeTimes freeTimes;
  private final JdbcClient jdbc;
  private final Clock clock;

  FreeSlots(FreeTimes freeTimes, JdbcClient jdbc, Clock clock) {
    this.freeTimes = freeTimes;
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** A slot; ISO 8601 with the offset of the user's zone. */
  public record Slot(String start, String end) {}

  /**
   * What is free.
   *
   * @param calendarSyncedAt how far the calendar is known; null = there is none connected, so that
   *     only the user's own rules count
   */
  public record Free(String timeZone, String calendarSyncedAt, List<Slot> slots) {}

  /** The zone in which the user's days are counted. */
  public ZoneId zone(UUID user) {
    return ZoneId.of(
        jdbc.sql("SELECT time_zone FROM users WHERE id = :user")
            .param("user", user)
            .query(String.class)
            .single());
  }

  /**
   * Slots beside busy events and agreed meetings; none that has begun. Open offers leave time free.
   */
  public Free between(UUID user, Instant from, Instant to) {
    Instant now = clock.instant();
    Instant earliest = from.isBefore(now) ? now : from;
    ZoneId zone = zone(user);
    List<Slot> slots =
        earliest.isBefore(to)
            ? freeTimes.besideEvents(user, earliest, to).slots(earliest, to).stream()
                .map(
                    slot ->
                        new Slot(
                            SuggestionList.text(slot.start(), zone),
                            SuggestionList.text(slot.end(), zone)))
                .toList()
            : List.of();
    return new Free(zone.getId(), syncedAt(user), slots);
  }

  private String syncedAt(UUID user) {
    return jdbc.sql(
            """
            SELECT s.last_success_at FROM google_connections g
            JOIN sync_state s ON s.connection_id = g.id
            WHERE g.user_id = :user AND g.integration = 'google_calendar'
              AND g.status <> 'disconnected' AND s.last_success_at IS NOT NULL
            """)
        .param("user", user)
        .query((rs, row) -> SqlInstant.read(rs, "last_success_at").toString())
        .optional()
        .orElse(null);
  }
}
