package dev.millrace.calendar;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
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

  /**
   * Renewed this long before the end, so that a failed day leaves another one; where Google gave
   * less than twice as long, at half time.
   */
  static final Duration RENEW_BEFORE = Duration.ofHours(48);

  /** The same of {@code w}, in SQL. */
  private static final String ENDING =
      """
      w.expires_at - least(make_interval(secs => :renewBefore),
                           (w.expires_at - w.created_at) / 2) < :now""";

  /** Google's refusal is not asked for again before, unless the user connects anew. */
  static final Duration REFUSED_FOR = Duration.ofHours(24);

  /** Whether Google refused a channel of {@code k} lately; since {@code :refusedSince}. */
  static final String REFUSED =
      """
      EXISTS (SELECT FROM watch_channels f
              WHERE f.calendar_id = k.id AND f.refused_at > :refusedSince)""";

  /** Calendars that should have a channel: {@code k} the calendar, {@code g} its connection. */
  static final String WATCHABLE =
      """
      FROM calendars k JOIN google_connections g ON g.id = k.connection_id
      LEFT JOIN watch_channels w ON w.calendar_id = k.id AND w.state = 'active'
      WHERE k.selected AND k.removed_at IS NULL AND NOT k.push_unsupported AND g.status = 'active'
      """;

  /** Those that failed lately come last, or a few hundred of them would keep out all others. */
  private static final String NEEDED =
      "SELECT k.id, w.id IS NULL AS missing "
          + WATCHABLE
          + """
             AND (w.id IS NULL OR w.expires_at IS NULL OR %s)
             AND NOT %s
          ORDER BY (SELECT max(f.created_at) FROM watch_channels f
                    WHERE f.calendar_id = k.id AND f.health = 'failed') NULLS FIRST,
                   w.expires_at NULLS FIRST, k.id
          LIMIT :most
          """
              .formatted(ENDING, REFUSED);

  private static final String WATCHED =
      """
      SELECT k.id, k.connection_id, k.user_id, k.google_id,
             w.id AS channel_id, w.resource_id, w.expires_at, w.created_at, %s AS refused
      """
              .formatted(REFUSED)
          + WATCHABLE
          + " AND k.id = :calendar";

  private static final String ACTIVATE =
      """
      UPDATE watch_channels w
      SET state = 'active', resource_id = :resource, expires_at = :expires, health = 'ok'
      FROM calendars k JOIN google_connections g ON g.id = k.connection_id
      WHERE w.id = :id AND w.state = 'pending' AND k.id = w.calendar_id AND k.selected
        AND k.removed_at IS NULL AND g.status = 'active'
      """;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Clock clock;

  WatchChannels(JdbcClient jdbc, PlatformTransactionManager transactions, Clock clock) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  record Need(UUID calendarId, boolean missing) {}

  /**
   * A calendar with its active channel, whose fields are null where there is none.
   *
   * @param refused whether Google refused it a channel lately
   */
  record Watched(
      UUID calendarId,
      UUID connectionId,
      UUID userId,
      String googleId,
      UUID channelId,
      String resourceId,
      Instant expiresAt,
      Instant createdAt,
      boolean refused) {

    /** Whether it has a channel that need not be renewed yet. */
    boolean lasts(Instant now) {
      return channelId != null
          && expiresAt != null
          && !expiresAt.minus(lead(createdAt, expiresAt)).isBefore(now);
    }
  }

  /** How long before its end a channel is renewed. */
  static Duration lead(Instant created, Instant expires) {
    Duration half = Duration.between(created, expires).dividedBy(2);
    return half.compareTo(RENEW_BEFORE) < 0 ? half : RENEW_BEFORE;
  }

  /** Calendars without a channel, or with one that is to be renewed, the barest first. */
  List<Need> needed(int most) {
    return jdbc.sql(NEEDED)
        .param("renewBefore", RENEW_BEFORE.toSeconds())
        .param("now", SqlInstant.of(clock.instant()))
        .param("refusedSince", refusedSince())
        .param("most", most)
        .query((rs, row) -> new Need(rs.getObject("id", UUID.class), rs.getBoolean("missing")))
        .list();
  }

  /** The calendar if it should be watched at all. */
  Optional<Watched> find(UUID calendar) {
    return jdbc.sql(WATCHED)
        .param("calendar", calendar)
        .param("refusedSince", refusedSince())
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
                    SqlInstant.read(rs, "created_at"),
                    rs.getBoolean("refused")))
        .optional();
  }

  private OffsetDateTime refusedSince() {
    return SqlInstant.of(clock.instant().minus(REFUSED_FOR));
  }

  /**
   * Known before Google is asked: its first message may arrive before its answer.
   *
   * @param reason why it is opened, as in the job's data
   */
  void addPending(UUID id, UUID calendar, byte[] tokenHash, String reason) {
    jdbc.sql(
            """
            INSERT INTO watch_channels (id, calendar_id, token_sha256, state, created_at, reason)
            VALUES (:id, :calendar, :hash, 'pending', :now, :reason)
            """)
        .param("id", id)
        .param("calendar", calendar)
        .param("hash", tokenHash)
        .param("now", SqlInstant.of(clock.instant()))
        .param("reason", reason)
        .update();
  }

  /** It was not opened, and nobody is to blame: Google asked for patience, or the grant is dead. */
  void withdraw(UUID id) {
    jdbc.sql("UPDATE watch_channels SET state = 'failed' WHERE id = :id AND state = 'pending'")
        .param("id", id)
        .update();
  }

  /** Google refused one of the calendar: asking again soon would only be refused as often. */
  void refused(UUID calendar) {
    jdbc.sql(
            """
            UPDATE watch_channels SET refused_at = :now
            WHERE id = (SELECT id FROM watch_channels
                        WHERE calendar_id = :calendar AND health = 'failed'
                        ORDER BY created_at DESC, id LIMIT 1)""")
        .param("now", SqlInstant.of(clock.instant()))
        .param("calendar", calendar)
        .update();
  }

  /**
   * Its opening failed.
   *
   * @param maybeOpen whether Google may have opened it all the same; then it stays pending, so that
   *     its first message tells what can be stopped
   */
  void failed(UUID id, boolean maybeOpen) {
    jdbc.sql(
            """
            UPDATE watch_channels
            SET health = 'failed', state = CASE WHEN :maybeOpen THEN state ELSE 'failed' END
            WHERE id = :id AND state = 'pending'""")
        .param("maybeOpen", maybeOpen)
        .param("id", id)
        .update();
  }

  /**
   * Puts the new channel in charge and the old one out of it, and has the calendar read: what
   * changed between the two was pushed to neither. All of it or nothing.
   *
   * @return false if nobody wants the channel any more; the one before stays as it was
   */
  boolean activate(UUID id, UUID calendar, String resourceId, Instant expiresAt) {
    Boolean done =
        transaction.execute(
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
                status.setRollbackOnly();
                return false;
              }
              jdbc.sql("UPDATE calendars SET wanted_at = :now WHERE id = :calendar")
                  .param("now", SqlInstant.of(clock.instant()))
                  .param("calendar", calendar)
                  .update();
              return true;
            });
    return Boolean.TRUE.equals(done);
  }

  void markPushUnsupported(UUID calendar) {
    jdbc.sql("UPDATE calendars SET push_unsupported = true WHERE id = :id")
        .param("id", calendar)
        .update();
  }
}
