package dev.millrace.calendar;

import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows that the health check reads and marks, a page at a time. */
@Component
class ChannelChecks {

  static final int PAGE = 500;

  /** Before any id. */
  static final UUID START = new UUID(0, 0);

  /**
   * Unconfirmed channels count since the last one that was confirmed. A marked one is marked once
   * and for all, whatever replaced it.
   */
  private static final String CHANNELS =
      """
      SELECT k.id AS calendar_id, k.user_id, k.connection_id, w.id AS channel_id, w.created_at,
             w.expires_at, w.confirmed_at, w.last_message_at, w.health,
             (SELECT max(o.checked_at) FROM watch_channels o
              WHERE o.calendar_id = k.id AND o.health = 'unconfirmed') AS unconfirmed_at,
             (SELECT count(*) FROM watch_channels o
              WHERE o.calendar_id = k.id AND o.health = 'unconfirmed' AND o.id <> w.id
                AND o.created_at > coalesce(
                  (SELECT max(c.created_at) FROM watch_channels c
                   WHERE c.calendar_id = k.id AND c.confirmed_at IS NOT NULL),
                  '-infinity')) AS unconfirmed_before,
             %s AS refused
      """
              .formatted(WatchChannels.REFUSED)
          + WatchChannels.WATCHABLE
          + " AND k.id > :after ORDER BY k.id LIMIT :page";

  private final JdbcClient jdbc;
  private final Clock clock;

  ChannelChecks(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * A calendar that should have a channel, and the one that it has; its fields are null where there
   * is none.
   *
   * @param unconfirmedAt when one of its channels was last found unconfirmed, or null
   * @param unconfirmedBefore how many before this one were, in a row
   * @param refused whether Google refused it a channel lately
   */
  record Row(
      UUID calendarId,
      UUID userId,
      UUID connectionId,
      UUID channelId,
      Instant createdAt,
      Instant expiresAt,
      Instant confirmedAt,
      Instant lastMessageAt,
      String health,
      Instant unconfirmedAt,
      int unconfirmedBefore,
      boolean refused) {

    boolean is(String known) {
      return known.equals(health);
    }

    ChannelFinding finding(Instant now) {
      return ChannelFinding.of(now, createdAt, expiresAt, confirmedAt, lastMessageAt, is("missed"));
    }
  }

  /** Whether any calendar should have a channel. */
  boolean any() {
    return jdbc.sql("SELECT EXISTS (SELECT 1 " + WatchChannels.WATCHABLE + ")")
        .query(Boolean.class)
        .single();
  }

  List<Row> after(UUID calendar) {
    return jdbc.sql(CHANNELS)
        .param("after", calendar)
        .param("page", PAGE)
        .param("refusedSince", SqlInstant.of(clock.instant().minus(WatchChannels.REFUSED_FOR)))
        .query(ChannelChecks::row)
        .list();
  }

  /** Notes that channels were looked at; their health stays. */
  void looked(Collection<UUID> channels) {
    jdbc.sql("UPDATE watch_channels SET checked_at = :now WHERE id = ANY (:ids)")
        .param("now", SqlInstant.of(clock.instant()))
        .param("ids", channels.toArray(UUID[]::new))
        .update();
  }

  /** Notes what was found out of channels. */
  void found(Collection<UUID> channels, String health) {
    jdbc.sql(
            """
            UPDATE watch_channels SET checked_at = :now, health = :health
            WHERE id = ANY (:ids) AND state = 'active'""")
        .param("now", SqlInstant.of(clock.instant()))
        .param("health", health)
        .param("ids", channels.toArray(UUID[]::new))
        .update();
  }

  /** Has calendars read, whatever job comes to it first. */
  void want(Collection<UUID> calendars) {
    jdbc.sql("UPDATE calendars SET wanted_at = :now WHERE id = ANY (:ids)")
        .param("now", SqlInstant.of(clock.instant()))
        .param("ids", calendars.toArray(UUID[]::new))
        .update();
  }

  private static Row row(ResultSet rs, int i) throws SQLException {
    return new Row(
        rs.getObject("calendar_id", UUID.class),
        rs.getObject("user_id", UUID.class),
        rs.getObject("connection_id", UUID.class),
        rs.getObject("channel_id", UUID.class),
        SqlInstant.read(rs, "created_at"),
        SqlInstant.read(rs, "expires_at"),
        SqlInstant.read(rs, "confirmed_at"),
        SqlInstant.read(rs, "last_message_at"),
        rs.getString("health"),
        SqlInstant.read(rs, "unconfirmed_at"),
        rs.getInt("unconfirmed_before"),
        rs.getBoolean("refused"));
  }
}
