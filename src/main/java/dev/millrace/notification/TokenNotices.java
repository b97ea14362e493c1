package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Opens and closes the notices about dying grants, all users at once or one connection's. Each
 * statement compares notices with connections as they are now, so running it twice changes nothing.
 */
@Component
class TokenNotices {

  static final Duration FIRST_REMINDER = Duration.ofDays(7);
  private static final Duration AFTER_FIRST = Duration.ofDays(1);
  static final Duration SOON = Duration.ofHours(48);

  /** With a connection: all of its user's, so that grants that died together are told together. */
  private static final String SCOPE =
      """
       AND (CAST(:connection AS uuid) IS NULL
            OR g.user_id = (SELECT user_id FROM google_connections WHERE id = :connection))
      """;

  private static final String OPEN_DEAD =
      """
      INSERT INTO notices (user_id, kind, subject_key, opened_at, next_reminder_at)
      SELECT g.user_id, 'token_invalid', g.id::text, :now, :reminder
      FROM google_connections g JOIN users u ON u.id = g.user_id AND u.deleted_at IS NULL
      WHERE g.status = 'needs_reauth'
      """
          + SCOPE
          + " ON CONFLICT (user_id, kind, subject_key) WHERE resolved_at IS NULL DO NOTHING";

  private static final String OPEN_EXPIRING =
      """
      INSERT INTO notices (user_id, kind, subject_key, opened_at)
      SELECT g.user_id, 'token_expiring_soon', g.id::text, :now
      FROM google_connections g JOIN users u ON u.id = g.user_id AND u.deleted_at IS NULL
      WHERE g.status = 'active' AND g.refresh_expires_at <= :soon
      """
          + SCOPE
          + " ON CONFLICT (user_id, kind, subject_key) WHERE resolved_at IS NULL DO NOTHING";

  private static final String SETTLED =
      """
      ((n.kind = 'token_invalid' AND (u.deleted_at IS NOT NULL OR g.status <> 'needs_reauth'
                                      OR g.status_changed_at > n.opened_at))
        OR (n.kind = 'token_expiring_soon'
            AND (u.deleted_at IS NOT NULL OR g.status <> 'active' OR g.refresh_expires_at IS NULL
                 OR g.refresh_expires_at > :soon)))
      """;

  private static final String RESOLVE =
      """
      UPDATE notices n
      SET resolved_at = :now,
          resolution = CASE WHEN u.deleted_at IS NOT NULL THEN 'user_deleted'
                            WHEN g.status = 'active' THEN 'reconnected'
                            WHEN g.status = 'disconnected' THEN 'disconnected'
                            WHEN n.kind = 'token_invalid' THEN 'reconnected'
                            ELSE 'expired' END
      FROM google_connections g JOIN users u ON u.id = g.user_id
      WHERE n.resolved_at IS NULL AND n.user_id = g.user_id AND n.subject_key = g.id::text
        AND %s
      """
              .formatted(SETTLED)
          + SCOPE;

  private static final String UNSENT_USERS =
      """
      SELECT DISTINCT n.user_id, u.time_zone, d.local_date, d.written_at
      FROM notices n
      JOIN users u ON u.id = n.user_id AND u.deleted_at IS NULL
      JOIN google_connections g ON g.user_id = n.user_id AND n.subject_key = g.id::text
      LEFT JOIN notification_preferences p ON p.user_id = n.user_id
      LEFT JOIN message_days d ON d.user_id = n.user_id AND d.purpose = :purpose
      WHERE (p.paused_until IS NULL OR p.paused_until <= :now) AND n.resolved_at IS NULL AND n.stage = 0
        AND n.kind IN ('token_invalid', 'token_expiring_soon')
      """
          + SCOPE
          + " ORDER BY n.user_id";

  /** The same conditions as above, and nothing is changed. */
  private static final String DISAGREES =
      """
      SELECT EXISTS (
          SELECT 1 FROM google_connections g JOIN users u ON u.id = g.user_id AND u.deleted_at IS NULL
          WHERE (g.status = 'needs_reauth'
                 AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.subject_key = g.id::text
                                 AND n.kind = 'token_invalid' AND n.resolved_at IS NULL))
             OR (g.status = 'active' AND g.refresh_expires_at <= :soon
                 AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.subject_key = g.id::text
                                 AND n.kind = 'token_expiring_soon' AND n.resolved_at IS NULL)))
        OR EXISTS (
          SELECT 1 FROM notices n
          JOIN google_connections g ON g.user_id = n.user_id AND n.subject_key = g.id::text
          JOIN users u ON u.id = n.user_id
          WHERE n.resolved_at IS NULL AND %s)
      """
          .formatted(SETTLED);

  private static final String UNSENT =
      """
      SELECT n.id, n.user_id, n.kind, g.integration,
             CASE n.kind WHEN 'token_invalid' THEN g.status_changed_at
                         ELSE g.refresh_expires_at END AS since
      FROM notices n JOIN google_connections g ON n.subject_key = g.id::text
      WHERE n.user_id = :user AND n.resolved_at IS NULL AND n.stage = 0
        AND n.kind IN ('token_invalid', 'token_expiring_soon')
      ORDER BY g.integration
      FOR UPDATE OF n SKIP LOCKED
      """;

  private final JdbcClient jdbc;
  private final UserZones zones;
  private final Clock clock;

  TokenNotices(JdbcClient jdbc, UserZones zones, Clock clock) {
    this.jdbc = jdbc;
    this.zones = zones;
    this.clock = clock;
  }

  /** Opens what is missing; answers how many. {@code connection} null means all. */
  int open(UUID connection) {
    Instant now = clock.instant();
    return scoped(OPEN_DEAD, connection)
            .param("now", SqlInstant.of(now))
            .param("reminder", SqlInstant.of(now.plus(FIRST_REMINDER)))
            .update()
        + scoped(OPEN_EXPIRING, connection)
            .param("now", SqlInstant.of(now))
            .param("soon", SqlInstant.of(now.plus(SOON)))
            .update();
  }

  /** Closes what is settled; answers how many. {@code connection} null means all. */
  int resolve(UUID connection) {
    Instant now = clock.instant();
    return scoped(RESOLVE, connection)
        .param("now", SqlInstant.of(now))
        .param("soon", SqlInstant.of(now.plus(SOON)))
        .update();
  }

  /** Whether any grant and its notice disagree, or a first message is missing. */
  boolean due() {
    boolean disagrees =
        jdbc.sql(DISAGREES)
            .param("soon", SqlInstant.of(clock.instant().plus(SOON)))
            .query(Boolean.class)
            .single();
    return disagrees || !usersToTell(null).isEmpty();
  }

  /** Whoever has not been told, does not want a pause, and has had no such message today. */
  List<UUID> usersToTell(UUID connection) {
    Instant now = clock.instant();
    return scoped(UNSENT_USERS, connection)
        .param("purpose", TokenMessages.PURPOSE)
        .param("now", SqlInstant.of(now))
        .query((rs, row) -> NoticeUser.read(rs))
        .list()
        .stream()
        .filter(
            user ->
                zones
                    .of(user.id(), user.zone())
                    .filter(zone -> user.hasDayLeft(now, zone))
                    .isPresent())
        .map(NoticeUser::id)
        .toList();
  }

  /** The user's notices without a first message, held until the transaction ends. */
  List<TokenNotice> untold(UUID user) {
    return jdbc.sql(UNSENT)
        .param("user", user)
        .query(
            (rs, row) ->
                new TokenNotice(
                    rs.getObject("id", UUID.class),
                    rs.getObject("user_id", UUID.class),
                    rs.getString("kind"),
                    rs.getString("integration"),
                    SqlInstant.read(rs, "since")))
        .list();
  }

  /** A first message that came late, after a pause, moves the reminder: not two at once. */
  void markTold(List<TokenNotice> notices) {
    Instant now = clock.instant();
    jdbc.sql(
            """
            UPDATE notices
            SET stage = 1,
                next_reminder_at = CASE WHEN next_reminder_at <= :soonest THEN :later
                                        ELSE next_reminder_at END
            WHERE id IN (:ids) AND stage = 0
            """)
        .param("soonest", SqlInstant.of(now.plus(AFTER_FIRST)))
        .param("later", SqlInstant.of(now.plus(FIRST_REMINDER)))
        .param("ids", notices.stream().map(TokenNotice::noticeId).toList())
        .update();
  }

  private JdbcClient.StatementSpec scoped(String sql, UUID connection) {
    return jdbc.sql(sql).param("connection", connection, Types.OTHER);
  }
}
