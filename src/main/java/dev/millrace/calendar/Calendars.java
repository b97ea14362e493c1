package dev.millrace.calendar;

import dev.millrace.account.SyncStates;
import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** The rows of {@code calendars}. */
@Component
public class Calendars {

  /** What was wanted while the calendar was read may have come too late for this reading. */
  private static final String STILL_WANTED =
      " wanted_at = CASE WHEN wanted_at = :seen THEN NULL ELSE wanted_at END WHERE id = :id";

  private final JdbcClient jdbc;
  private final EventRows events;
  private final ChannelEnds channels;
  private final SyncStates states;
  private final TransactionOperations transaction;
  private final Clock clock;

  Calendars(
      JdbcClient jdbc,
      EventRows events,
      ChannelEnds channels,
      SyncStates states,
      TransactionOperations transaction,
      Clock clock) {
    this.jdbc = jdbc;
    this.events = events;
    this.channels = channels;
    this.states = states;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** The calendars to read, the primary first. */
  List<Calendar> selected(UUID connectionId) {
    return jdbc.sql(
            """
            SELECT id, user_id, google_id, time_zone, sync_token, query_fingerprint, window_start,
                   window_end, generation, full_synced_at, wanted_at
            FROM calendars
            WHERE connection_id = :connection AND selected AND removed_at IS NULL
            ORDER BY is_primary DESC, google_id""")
        .param("connection", connectionId)
        .query(Calendars::row)
        .list();
  }

  /**
   * Stops reading a calendar, and stops its events from blocking time. Its token goes as well: read
   * again later, the calendar starts from nothing.
   */
  public void deselect(UUID calendarId) {
    transaction.executeWithoutResult(
        status -> {
          jdbc.sql(
                  """
                  UPDATE calendars SET selected = false, sync_token = NULL, wanted_at = NULL
                  WHERE id = :id""")
              .param("id", calendarId)
              .update();
          superseded(List.of(calendarId));
          events.deleteAll(List.of(calendarId));
        });
  }

  /** Nobody needs their channels any more: the sweep of webhook-renewal stops them. */
  private void superseded(List<UUID> calendarIds) {
    jdbc.sql(
            """
            UPDATE watch_channels SET state = 'superseded'
            WHERE calendar_id = ANY (:ids) AND state = 'active'""")
        .param("ids", calendarIds.toArray(UUID[]::new))
        .update();
  }

  public void select(UUID calendarId) {
    jdbc.sql("UPDATE calendars SET selected = true WHERE id = :id")
        .param("id", calendarId)
        .update();
  }

  /**
   * Lets the next sync read everything from the start. It is due now, whether or not a job for it
   * can be added.
   */
  public void readAnew(UUID connectionId) {
    transaction.executeWithoutResult(
        status -> {
          // First: a sync that goes on would store the token of its last page over what is wanted.
          states.interrupt(connectionId);
          forgetTokens(connectionId);
          states.hasten(connectionId);
        });
  }

  /**
   * Deletes all events, and hears no push channel any more, not even one that is being opened.
   * Which calendars the user selected is kept for the next time.
   */
  public void empty(UUID connectionId) {
    channels.endAll(connectionId);
    jdbc.sql(
            """
            DELETE FROM calendar_events
            WHERE calendar_id IN (SELECT id FROM calendars WHERE connection_id = :connection)""")
        .param("connection", connectionId)
        .update();
    forgetTokens(connectionId);
  }

  /** Deletes the calendars with their events: they are of an account that is not connected now. */
  public void forget(UUID connectionId) {
    jdbc.sql("DELETE FROM calendars WHERE connection_id = :connection")
        .param("connection", connectionId)
        .update();
  }

  /** Begins a full read; rows of a lower generation are what it has to sweep. */
  long nextGeneration(UUID calendarId) {
    return jdbc.sql(
            "UPDATE calendars SET generation = generation + 1 WHERE id = :id RETURNING generation")
        .param("id", calendarId)
        .query(Long.class)
        .single();
  }

  /** Ends a full read, in the transaction of its last page. */
  void fullyRead(Calendar calendar, String syncToken, String fingerprint, Window window) {
    jdbc.sql(
            """
            UPDATE calendars SET
              sync_token = :token, query_fingerprint = :fingerprint, window_start = :start,
              window_end = :end, full_synced_at = :now, synced_at = :now, skip_reason = NULL,
            """
                + STILL_WANTED)
        .param("token", syncToken)
        .param("fingerprint", fingerprint)
        .param("start", SqlInstant.of(window.start()))
        .param("end", SqlInstant.of(window.end()))
        .param("now", SqlInstant.of(clock.instant()))
        .param("seen", SqlInstant.of(calendar.wantedAt()))
        .param("id", calendar.id())
        .update();
  }

  /** Ends an incremental read, in the transaction of its last page. */
  void read(Calendar calendar, String syncToken) {
    jdbc.sql(
            """
            UPDATE calendars SET sync_token = :token, synced_at = :now, skip_reason = NULL,
            """
                + STILL_WANTED)
        .param("token", syncToken)
        .param("now", SqlInstant.of(clock.instant()))
        .param("seen", SqlInstant.of(calendar.wantedAt()))
        .param("id", calendar.id())
        .update();
  }

  private void forgetTokens(UUID connectionId) {
    jdbc.sql("UPDATE calendars SET sync_token = NULL WHERE connection_id = :connection")
        .param("connection", connectionId)
        .update();
  }

  void forgetToken(UUID calendarId) {
    jdbc.sql("UPDATE calendars SET sync_token = NULL WHERE id = :id")
        .param("id", calendarId)
        .update();
  }

  /** Notes that a listed calendar could not be read; its rows stay as they are. */
  void skip(Calendar calendar, String reason) {
    jdbc.sql("UPDATE calendars SET skip_reason = :reason, " + STILL_WANTED)
        .param("reason", reason)
        .param("seen", SqlInstant.of(calendar.wantedAt()))
        .param("id", calendar.id())
        .update();
  }

  /** Notes that calendars are gone at Google, and deletes their events. */
  RowChanges remove(List<UUID> calendarIds) {
    if (calendarIds.isEmpty()) {
      return RowChanges.NONE;
    }
    return transaction.execute(
        status -> {
          jdbc.sql(
                  """
                  UPDATE calendars SET removed_at = :now, sync_token = NULL, wanted_at = NULL
                  WHERE id = ANY (:ids)""")
              .param("now", SqlInstant.of(clock.instant()))
              .param("ids", calendarIds.toArray(UUID[]::new))
              .update();
          superseded(calendarIds);
          return events.deleteAll(calendarIds);
        });
  }

  /**
   * Those that Google could announce changes of, but does not.
   *
   * @param refusedToo whether also those that Google refused a channel lately
   */
  List<UUID> withoutChannel(UUID connectionId, boolean refusedToo) {
    return jdbc.sql(
            """
            SELECT k.id FROM calendars k
            WHERE k.connection_id = :connection AND k.selected AND k.removed_at IS NULL
              AND NOT k.push_unsupported AND NOT EXISTS (
                SELECT FROM watch_channels w WHERE w.calendar_id = k.id AND w.state = 'active'
                  AND w.expires_at > :now)
              AND (:refusedToo OR NOT %s)
            ORDER BY k.is_primary DESC, k.google_id"""
                .formatted(WatchChannels.REFUSED))
        .param("refusedToo", refusedToo)
        .param("refusedSince", SqlInstant.of(clock.instant().minus(WatchChannels.REFUSED_FOR)))
        .param("connection", connectionId)
        .param("now", SqlInstant.of(clock.instant()))
        .query(UUID.class)
        .list();
  }

  /** Whether Google announces every change, by a channel that is known to work. */
  boolean pushed(UUID connectionId) {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT FROM pushed_connections
                           WHERE connection_id = :connection AND until > :now)""")
        .param("connection", connectionId)
        .param("now", SqlInstant.of(clock.instant()))
        .query(Boolean.class)
        .single();
  }

  private static Calendar row(ResultSet row, int i) throws SQLException {
    Instant windowStart = SqlInstant.read(row, "window_start");
    Instant windowEnd = SqlInstant.read(row, "window_end");
    return new Calendar(
        row.getObject("id", UUID.class),
        row.getObject("user_id", UUID.class),
        row.getString("google_id"),
        zone(row.getString("time_zone")),
        row.getString("sync_token"),
        row.getString("query_fingerprint"),
        windowStart == null || windowEnd == null ? null : new Window(windowStart, windowEnd),
        row.getLong("generation"),
        SqlInstant.read(row, "full_synced_at"),
        SqlInstant.read(row, "wanted_at"));
  }

  /** Google may know a zone that this JVM does not yet. */
  private static ZoneId zone(String id) {
    try {
      return ZoneId.of(id);
    } catch (DateTimeException e) {
      return ZoneOffset.UTC;
    }
  }
}
