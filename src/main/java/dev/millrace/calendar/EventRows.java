package dev.millrace.calendar;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of {@code calendar_events}. Each write says what it changed. */
@Component
class EventRows {

  /** Suggestions are not made further ahead. */
  static final Duration HORIZON = Duration.ofDays(30);

  private final JdbcClient jdbc;
  private final ObjectMapper json;
  private final Clock clock;

  EventRows(JdbcClient jdbc, ObjectMapper json, Clock clock) {
    this.jdbc = jdbc;
    this.json = json;
    this.clock = clock;
  }

  /**
   * Writes events that are there.
   *
   * @param events at most one for an id
   */
  RowChanges upsert(Calendar calendar, long generation, Collection<EventRow> events) {
    if (events.isEmpty()) {
      return RowChanges.NONE;
    }
    Map<String, Occupied> before = before(calendar.id(), events);
    jdbc.sql(
            """
            INSERT INTO calendar_events
              (calendar_id, user_id, generation, synced_at, google_event_id, recurring_id,
               event_type, summary, location, start_at, end_at, all_day, start_date, end_date,
               time_zone, busy, self_response, etag, google_updated)
            SELECT :calendar, :user, :generation, :now, r.*
            FROM jsonb_to_recordset(:rows::jsonb) AS r
              (google_event_id text, recurring_id text, event_type text, summary text,
               location text, start_at timestamptz, end_at timestamptz, all_day boolean,
               start_date date, end_date date, time_zone text, busy boolean, self_response text,
               etag text, google_updated timestamptz)
            ON CONFLICT (calendar_id, google_event_id) DO UPDATE SET
              generation = EXCLUDED.generation, synced_at = EXCLUDED.synced_at,
              recurring_id = EXCLUDED.recurring_id, event_type = EXCLUDED.event_type,
              summary = EXCLUDED.summary, location = EXCLUDED.location,
              start_at = EXCLUDED.start_at, end_at = EXCLUDED.end_at,
              all_day = EXCLUDED.all_day, start_date = EXCLUDED.start_date,
              end_date = EXCLUDED.end_date, time_zone = EXCLUDED.time_zone,
              busy = EXCLUDED.busy, self_response = EXCLUDED.self_response,
              etag = EXCLUDED.etag, google_updated = EXCLUDED.google_updated""")
        .param("calendar", calendar.id())
        .param("user", calendar.userId())
        .param("generation", generation)
        .param("now", SqlInstant.of(clock.instant()))
        .param("rows", rows(events))
        .update();
    return changes(calendar.window(), before, events);
  }

  /** Deletes events by id, and what belongs to them if they are series. */
  RowChanges deleteWithSeries(Calendar calendar, Collection<String> ids) {
    return ids.isEmpty()
        ? RowChanges.NONE
        : delete(
            """
            calendar_id = :calendar
              AND (google_event_id = ANY (:ids) OR recurring_id = ANY (:ids))""",
            Map.of("calendar", calendar.id(), "ids", ids.toArray(String[]::new)));
  }

  RowChanges delete(Calendar calendar, Collection<String> ids) {
    return ids.isEmpty()
        ? RowChanges.NONE
        : delete(
            "calendar_id = :calendar AND google_event_id = ANY (:ids)",
            Map.of("calendar", calendar.id(), "ids", ids.toArray(String[]::new)));
  }

  /**
   * Deletes what a full read did not meet.
   *
   * @param windowStart of that read; what ended before has aged
   */
  RowChanges sweep(Calendar calendar, long generation, Instant windowStart) {
    return delete(
        "calendar_id = :calendar AND generation < :generation",
        Map.of("calendar", calendar.id(), "generation", generation),
        windowStart);
  }

  RowChanges deleteAll(Collection<UUID> calendarIds) {
    return calendarIds.isEmpty()
        ? RowChanges.NONE
        : delete("calendar_id = ANY (:ids)", Map.of("ids", calendarIds.toArray(UUID[]::new)));
  }

  private RowChanges delete(String which, Map<String, ?> parameters) {
    return delete(which, parameters, null);
  }

  /** Counts in the database: what goes may be a whole calendar. */
  private RowChanges delete(String which, Map<String, ?> parameters, Instant agedUntil) {
    Window horizon = horizon();
    return jdbc.sql(
            """
            WITH gone AS (
              DELETE FROM calendar_events WHERE %s
              RETURNING busy AND start_at < :horizonEnd AND end_at > :horizonStart AS blocked,
                        end_at <= :agedUntil AS aged)
            SELECT count(*) AS deleted, count(*) FILTER (WHERE aged) AS aged,
                   coalesce(bool_or(blocked), false) AS blocked
            FROM gone"""
                .formatted(which))
        .params(parameters)
        .param("horizonStart", SqlInstant.of(horizon.start()))
        .param("horizonEnd", SqlInstant.of(horizon.end()))
        .param("agedUntil", SqlInstant.of(agedUntil))
        .query(
            (row, i) ->
                new RowChanges(
                    0, row.getInt("deleted"), row.getInt("aged"), row.getBoolean("blocked")))
        .single();
  }

  private Map<String, Occupied> before(UUID calendarId, Collection<EventRow> events) {
    Map<String, Occupied> rows = new HashMap<>();
    jdbc.sql(
            """
            SELECT google_event_id, etag, busy, start_at, end_at FROM calendar_events
            WHERE calendar_id = :calendar AND google_event_id = ANY (:ids)""")
        .param("calendar", calendarId)
        .param("ids", events.stream().map(EventRow::googleId).toArray(String[]::new))
        .query(EventRows::occupied)
        .list()
        .forEach(row -> rows.put(row.googleId(), row));
    return rows;
  }

  /**
   * @param known the window of the last full read; what begins behind it has only come near
   */
  private RowChanges changes(
      Window known, Map<String, Occupied> before, Collection<EventRow> events) {
    Window horizon = horizon();
    int upserted = 0;
    int aged = 0;
    boolean busyChanged = false;
    for (EventRow event : events) {
      Occupied old = before.get(event.googleId());
      Occupied now =
          new Occupied(event.googleId(), event.etag(), event.busy(), event.start(), event.end());
      if (old == null || !Objects.equals(old.etag(), now.etag()) || !old.sameTime(now)) {
        upserted++;
        aged += old == null && known != null && !event.start().isBefore(known.end()) ? 1 : 0;
      }
      boolean blocked = old != null && old.blocks(horizon);
      boolean blocks = now.blocks(horizon);
      busyChanged |= blocked != blocks || (blocks && !old.sameTime(now));
    }
    return new RowChanges(upserted, 0, aged, busyChanged);
  }

  private Window horizon() {
    Instant now = clock.instant();
    return new Window(now, now.plus(HORIZON));
  }

  private String rows(Collection<EventRow> events) {
    ArrayNode rows = json.createArrayNode();
    for (EventRow event : events) {
      rows.addObject()
          .put("google_event_id", event.googleId())
          .put("recurring_id", event.recurringId())
          .put("event_type", event.type())
          .put("summary", event.summary())
          .put("location", event.location())
          .put("start_at", event.start().toString())
          .put("end_at", event.end().toString())
          .put("all_day", event.allDay())
          .put("start_date", Objects.toString(event.startDate(), null))
          .put("end_date", Objects.toString(event.endDate(), null))
          .put("time_zone", event.zone())
          .put("busy", event.busy())
          .put("self_response", event.selfResponse())
          .put("etag", event.etag())
          .put("google_updated", Objects.toString(event.updated(), null));
    }
    return rows.toString();
  }

  private static Occupied occupied(ResultSet row, int i) throws SQLException {
    return new Occupied(
        row.getString("google_event_id"),
        row.getString("etag"),
        row.getBoolean("busy"),
        SqlInstant.read(row, "start_at"),
        SqlInstant.read(row, "end_at"));
  }

  /** What a row says about time, before or after a write. */
  private record Occupied(String googleId, String etag, boolean busy, Instant start, Instant end) {

    boolean blocks(Window horizon) {
      return busy && horizon.touches(start, end);
    }

    boolean sameTime(Occupied other) {
      return busy == other.busy && start.equals(other.start) && end.equals(other.end);
    }
  }
}
