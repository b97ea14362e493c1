package dev.millrace.calendar;

import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How channels end, in their table: replaced, stopped, failed. */
@Component
class ChannelEnds {

  /** Long after the job that opened it has ended, one way or the other. */
  static final Duration PENDING_AT_MOST = Duration.ofMinutes(15);

  static final int MOST_STOP_ATTEMPTS = 5;

  private static final String MAY_SEND = "'pending', 'active', 'superseded'";

  private static final String LIVE =
      """
      SELECT w.id, w.resource_id, k.connection_id
      FROM watch_channels w JOIN calendars k ON k.id = w.calendar_id
      WHERE w.state IN (%s)"""
          .formatted(MAY_SEND);

  private static final String SUPERSEDED =
      """
      SELECT w.id, w.resource_id, k.connection_id
      FROM watch_channels w JOIN calendars k ON k.id = w.calendar_id
      JOIN google_connections g ON g.id = k.connection_id AND g.status = 'active'
      WHERE w.state = 'superseded' AND w.stop_attempts < :attempts
        AND (w.expires_at IS NULL OR w.expires_at > :now)
      ORDER BY w.created_at LIMIT :most
      """;

  /**
   * What a crash left: a channel that Google told us of can be stopped, any other ends by itself.
   */
  private static final String ABANDON =
      """
      UPDATE watch_channels
      SET state = CASE WHEN resource_id IS NULL THEN 'failed' ELSE 'superseded' END
      WHERE state = 'pending' AND created_at < :before
      """;

  private final JdbcClient jdbc;
  private final Clock clock;

  ChannelEnds(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * A channel to be stopped at Google.
   *
   * @param resourceId null where Google never told it; then it cannot be
   */
  record Stoppable(UUID channelId, String resourceId, UUID connectionId) {}

  /** Whether {@link #tidy} would find anything. */
  boolean untidy() {
    Instant now = clock.instant();
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT 1 FROM watch_channels
                           WHERE (state = 'superseded' AND expires_at <= :now)
                              OR (state = 'pending' AND created_at < :before))""")
        .param("now", SqlInstant.of(now))
        .param("before", SqlInstant.of(now.minus(PENDING_AT_MOST)))
        .query(Boolean.class)
        .single();
  }

  /** Clears up after crashes and time: answers how many were left pending. */
  int tidy() {
    Instant now = clock.instant();
    jdbc.sql(
            "UPDATE watch_channels SET state = 'stopped' WHERE state = 'superseded' AND expires_at"
                + " <= :now")
        .param("now", SqlInstant.of(now))
        .update();
    return jdbc.sql(ABANDON).param("before", SqlInstant.of(now.minus(PENDING_AT_MOST))).update();
  }

  /** Channels that were replaced and that Google still keeps, the oldest first. */
  List<Stoppable> superseded(int most) {
    return jdbc.sql(SUPERSEDED)
        .param("attempts", MOST_STOP_ATTEMPTS)
        .param("now", SqlInstant.of(clock.instant()))
        .param("most", most)
        .query(ChannelEnds::stoppable)
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
        .query(ChannelEnds::stoppable)
        .list();
  }

  /** Of some calendars: all that may still send messages. */
  List<Stoppable> liveOfCalendars(Collection<UUID> calendars) {
    return jdbc.sql(LIVE + " AND k.id = ANY (:ids)")
        .param("ids", calendars.toArray(UUID[]::new))
        .query(ChannelEnds::stoppable)
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

  /** Of a connection that ends: no message of any channel is heard any more. */
  void endAll(UUID connection) {
    jdbc.sql(
            """
            UPDATE watch_channels w SET state = 'failed'
            FROM calendars k
            WHERE k.id = w.calendar_id AND k.connection_id = :id AND w.state IN (%s)"""
                .formatted(MAY_SEND))
        .param("id", connection)
        .update();
  }

  /** To be stopped by the sweep; one that Google never told the resource of cannot be. */
  void leaveToSweep(UUID id) {
    jdbc.sql(
            """
            UPDATE watch_channels
            SET state = CASE WHEN resource_id IS NULL THEN 'failed' ELSE 'superseded' END,
                stop_attempts = stop_attempts + 1
            WHERE id = :id AND state IN (%s)"""
                .formatted(MAY_SEND))
        .param("id", id)
        .update();
  }
}
