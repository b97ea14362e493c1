package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Finds what users are to be reminded of. The first message about a dead grant is not ours: of
 * those only what has been told before counts. The other kinds have no message but ours.
 */
@Component
class DueReminders {

  private static final String OPEN =
      """
      n.resolved_at IS NULL AND n.next_reminder_at <= :now
        AND ((n.kind = 'token_invalid' AND n.stage IN (1, 2))
          OR (n.kind IN ('suggestion_unanswered', 'group_mapping_review') AND n.stage = 0))
      """;

  private static final String USERS =
      """
      SELECT DISTINCT n.user_id, u.time_zone, d.local_date, d.written_at
      FROM notices n
      JOIN users u ON u.id = n.user_id AND u.deleted_at IS NULL
      LEFT JOIN notification_preferences p ON p.user_id = n.user_id
      LEFT JOIN message_days d ON d.user_id = n.user_id AND d.purpose = :purpose
      WHERE (p.paused_until IS NULL OR p.paused_until <= :now) AND
      """
          + OPEN
          + " ORDER BY n.user_id";

  /** Where no grant or suggestion is joined, the matter is settled and nobody has said so yet. */
  private static final String MOST_URGENT =
      """
      SELECT n.id AS notice_id, n.kind, n.stage, n.opened_at, g.integration, g.status_changed_at,
             s.id, s.reasoning, s.slot_start, s.slot_end,
             s.replaces_id IS NOT NULL AND NOT EXISTS (
               SELECT 1 FROM digest_items i JOIN outbound_messages m ON m.id = i.message_id
               WHERE i.suggestion_id = s.id AND m.sent_at IS NOT NULL) AS moved,
             (SELECT string_agg(c.name, ', ' ORDER BY c.name, c.id)
              FROM suggestion_contacts sc JOIN contacts c ON c.id = sc.contact_id
              WHERE sc.suggestion_id = s.id) AS names
      FROM notices n
      LEFT JOIN google_connections g ON n.kind = 'token_invalid' AND g.user_id = n.user_id
        AND g.id::text = n.subject_key AND g.status = 'needs_reauth'
        AND g.status_changed_at <= n.opened_at
      LEFT JOIN suggestions s ON n.kind = 'suggestion_unanswered' AND s.user_id = n.user_id
        AND s.id::text = n.subject_key AND s.state = 'pending'
        AND s.slot_start > :now + interval '1 hour'
      WHERE n.user_id = :user
        AND (n.kind = 'group_mapping_review' OR g.id IS NOT NULL OR s.id IS NOT NULL) AND
      """
          + OPEN
          + """
             ORDER BY array_position(
               ARRAY['token_invalid', 'suggestion_unanswered', 'group_mapping_review'], n.kind),
               n.next_reminder_at, n.id
             LIMIT 1 FOR UPDATE OF n
            """;

  private final JdbcClient jdbc;

  DueReminders(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Users whose messages are not paused and who have a notice whose time has come. */
  List<NoticeUser> users(Instant now) {
    return jdbc.sql(USERS)
        .param("now", SqlInstant.of(now))
        .param("purpose", Reminders.PURPOSE)
        .query((rs, row) -> NoticeUser.read(rs))
        .list();
  }

  /** The one notice to remind the user of, held until the transaction ends. */
  Optional<DueReminder> mostUrgent(UUID user, Instant now) {
    return jdbc.sql(MOST_URGENT)
        .param("user", user)
        .param("now", SqlInstant.of(now))
        .query(
            (rs, row) ->
                new DueReminder(
                    rs.getObject("notice_id", UUID.class),
                    rs.getString("kind"),
                    rs.getInt("stage"),
                    SqlInstant.read(rs, "opened_at"),
                    rs.getString("integration"),
                    SqlInstant.read(rs, "status_changed_at"),
                    rs.getObject("id", UUID.class) == null ? null : DigestItem.read(rs),
                    rs.getBoolean("moved")))
        .optional();
  }

  /** Counts one more message; false where somebody else did meanwhile. */
  boolean advance(DueReminder reminder, Instant now) {
    return jdbc.sql(
                "UPDATE notices SET stage = :next, next_reminder_at = :at WHERE id = :id AND stage = :stage")
            .param("next", reminder.nextStage())
            .param("at", SqlInstant.of(reminder.nextReminder(now).orElse(null)))
            .param("id", reminder.noticeId())
            .param("stage", reminder.stage())
            .update()
        == 1;
  }
}
