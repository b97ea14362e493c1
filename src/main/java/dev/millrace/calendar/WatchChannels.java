package dev.millrace.calendar;

import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The table of push channels. A calendar has at most one active one, which the database itself
 * holds; a new channel is {@code pending} until Google confirmed it, so the old one stays in charge
 * until then.
 */
@Component
class WatchChannels {

  /** Renewed this long before the end, so that a failed day leaves another one. */
  static final Duration RENEW_BEFORE = Duration.ofHours(48);

  static final int MOST_STOP_ATTEMPTS = 5;

  /** Calendars that should have a channel: {@code k} the calendar, {@code g} its connection. */
  static final String WATCHABLE =
      """
      FROM calendars k JOIN google_connections g ON g.id = k.connection_id
      LEFT JOIN watch_channels w ON w.calendar_id = k.id AND w.state = 'active'
      WHERE k.selected AND k.removed_at IS NULL AND NOT k.push_unsupported AND g.status = 'active'
      """;

  private static final String NEEDED =
      "SELECT k.id, w.id IS NULL AS missing "
          + WATCHABLE
          + """
             AND (w.id IS NULL OR w.expires_at IS NULL OR w.expires_at < :renewBefore)
          ORDER BY w.expires_at NULLS FIRST, k.id LIMIT :most
          """;

  private static final String WATCHED =
      """
      SELECT k.id, k.connection_id, k.user_id, k.google_id,
             w.id AS channel_id, w.resource_id, w.expires_at, w.created_at
      """
          + WATCHABLE
          + " AND k.id = :calendar";

  private static final String ACTIVATE =
      """
      UPDATE watch_channels SET state = 'active', resource_id = :resource, expires_at = :expires
      WHERE id = :id AND state = 'pending'
      """;

  private static final String SUPERSEDED =
      """
      SELECT w.id, w.resource_id, k.connection_id
      FROM watch_channels w JOIN calendars k ON k.id = w.calendar_id
      JOIN google_connections g ON g.id = k.connection_id AND g.status = 'active'
      WHERE w.state = 'superseded' AND w.stop_attempts < :attempts
        AND (w.expires_at IS NULL OR w.expires_at > :now)
      ORDER BY w.created_at LIMIT :most
      """;

  private static final String MAY_SEND = "'pending', 'active', 'superseded'";

  private static final String LIVE =
      """
      SELECT w.id, w.resource_id, k.connection_id
      FROM watch_channels w JOIN calendars k ON k.id = w.calendar_id
      WHERE w.state IN (%s)\
      """
          .formatted(MAY_SEND);

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Clock clock;

  WatchChannels(JdbcClient jdbc, PlatformTransactionManager transactions, Clock clock) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  record Need(UUID calendarId, boolean missing) {}

  /** A calendar with its active channel, whose fields are null where there is none. */
  record Watched(
      UUID calendarId,
      UUID connectionId,
      UUID userId,
      String googleId,
      UUID channelId,
      String resourceId,
      Instant expiresAt,
      Instant createdAt) {

    boolean lastsUntil(Instant moment) {
      return channelId != null && expiresAt != null && !expiresAt.isBefore(moment);
    }
  }

  record Stoppable(UUID channelId, String resourceId, UUID connectionId) {}

  /** Calendars without a channel that lasts another 48 hours, the barest first. */
  List<Need> needed(int most) {
    return jdbc.sql(NEEDED)
        .param("renewBefore", SqlInstant.of(clock.instant().plus(RENEW_BEFORE)))
        .param("most", most)
        .query((rs, row) -> new Need(rs.getObject("id", UUID.class), rs.getBoolean("missing")))
        .list();
  }

  /** The calendar if it should be watched at all. */
  Optional<Watched> find(UUID calendar) {
    return jdbc.sql(WATCHED)
        .param("calendar", calendar)
        .query(
            (rs, row) ->
                new Watched(
                    rs.getObject("id", UUID.class),
                    rs.getObject("connection_id", UUID.class),
                    rs.getObject("user_id", UUID.class),
                    rs.getString("google_id"),
                    rs.getObject("channel_id", UUID.class),
                    rs.getString("resource_id"),
                    SqlInstant.read(rs, "expires_at"),
                    SqlInstant.read(rs, "created_at")))
        .optional();
  }

  /** Known before Google is asked: its first message may arrive before its answer. */
  void addPending(UUID id, UUID calendar, byte[] tokenHash) {
    jdbc.sql(
            """
            INSERT INTO watch_channels (id, calendar_id, token_sha256, state, created_at)
            VALUES (:id, :calendar, :hash, 'pending', :now)
            """)
        .param("id", id)
        .param("calendar", calendar)
        .param("hash", tokenHash)
        .param("now", SqlInstant.of(clock.instant()))
        .update();
  }

  void markFailed(UUID id) {
    jdbc.sql("UPDATE watch_channels SET state = 'failed' WHERE id = :id AND state = 'pending'")
        .param("id", id)
        .update();
  }

  /** Puts the new channel in charge and the old one out of it, both or neither. */
  void activate(UUID id, UUID calendar, String resourceId, Instant expiresAt) {
    transaction.executeWithoutResult(
        status -> {
          jdbc.sql(
                  """
                  UPDATE watch_channels SET state = 'superseded'
                  WHERE calendar_id = :calendar AND state = 'active'
                  """)
              .param("calendar", calendar)
              .update();
          int activated =
              jdbc.sql(ACTIVATE)
                  .param("resource", resourceId)
                  .param("expires", SqlInstant.of(expiresAt))
                  .param("id", id)
                  .update();
          if (activated != 1) {
            throw new IllegalStateException(
                "Channel %s is no longer pending; the one before stays active".formatted(id));
          }
        });
  }

  List<Stoppable> superseded(int most) {
    return jdbc.sql(SUPERSEDED)
        .param("attempts", MOST_STOP_ATTEMPTS)
        .param("now", SqlInstant.of(clock.instant()))
        .param("most", most)
        .query(WatchChannels::stoppable)
        .list();
  }

  private static Stoppable stoppable(ResultSet rs, int row) throws SQLException {
    return new Stoppable(
        rs.getObject("id", UUID.class),
        rs.getString("resource_id"),
        rs.getObject("connection_id", UUID.class));
  }

  /** Of a connection: all that may still send messages. */
  List<Stoppable> liveOfConnection(UUID connection) {
    return jdbc.sql(LIVE + " AND k.connection_id = :id")
        .param("id", connection)
        .query(WatchChannels::stoppable)
        .list();
  }

  /** Of a calendar: all that may still send messages. */
  List<Stoppable> liveOfCalendar(UUID calendar) {
    return jdbc.sql(LIVE + " AND k.id = :id")
        .param("id", calendar)
        .query(WatchChannels::stoppable)
        .list();
  }

  /** Messages of the channel are not heard any more. */
  void end(UUID id, String state) {
    jdbc.sql(
            "UPDATE watch_channels SET state = :state WHERE id = :id AND state IN (%s)"
                .formatted(MAY_SEND))
        .param("state", state)
        .param("id", id)
        .update();
  }

  /** To be stopped by the sweep; one that Google never told the resource of cannot be. */
  void leaveToSweep(UUID id) {
    jdbc.sql(
            """
            UPDATE watch_channels
            SET state = CASE WHEN resource_id IS NULL THEN 'failed' ELSE 'superseded' END,
                stop_attempts = stop_attempts + 1
            WHERE id = :id AND state IN (%s)\
            """
                .formatted(MAY_SEND))
        .param("id", id)
        .update();
  }

  void markStopped(UUID id) {
    jdbc.sql("UPDATE watch_channels SET state = 'stopped' WHERE id = :id AND state = 'superseded'")
        .param("id", id)
        .update();
  }

  void countStopAttempt(UUID id) {
    jdbc.sql("UPDATE watch_channels SET stop_attempts = stop_attempts + 1 WHERE id = :id")
        .param("id", id)
        .update();
  }

  void markPushUnsupported(UUID calendar) {
    jdbc.sql("UPDATE calendars SET push_unsupported = true WHERE id = :id")
        .param("id", calendar)
        .update();
  }

  void markRemoved(UUID calendar) {
    jdbc.sql("UPDATE calendars SET removed_at = :now WHERE id = :id AND removed_at IS NULL")
        .param("now", SqlInstant.of(clock.instant()))
        .param("id", calendar)
        .update();
  }
}
