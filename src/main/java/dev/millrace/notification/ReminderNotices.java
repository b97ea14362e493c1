package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Opens the notice about a suggestion that was sent and not answered, and closes what is settled of
 * all kinds but dead grants. Each statement compares notices with what they are about as it is now,
 * so running it twice changes nothing.
 */
@Component
class ReminderNotices {

  private static final Duration SOONEST = Duration.ofHours(24);
  private static final Duration LATEST = Duration.ofHours(48);

  /** Nobody is reminded in the forenoon of what came the same morning. */
  private static final Duration AFTER_MESSAGE = Duration.ofHours(12);

  /** Once reminded of, never again, also after a snooze. */
  private static final String UNANSWERED =
      """
      FROM suggestions s JOIN users u ON u.id = s.user_id AND u.deleted_at IS NULL
      WHERE s.state = 'pending' AND s.first_sent_at IS NOT NULL
        AND s.slot_start >= :soonest AND s.slot_start < :latest
        AND NOT EXISTS (
          SELECT 1 FROM notices n
          WHERE n.user_id = s.user_id AND n.kind = 'suggestion_unanswered'
            AND n.subject_key = s.id::text AND (n.resolved_at IS NULL OR n.stage > 0))
      """;

  private static final String OPEN =
      """
      INSERT INTO notices (user_id, kind, subject_key, opened_at, next_reminder_at)
      SELECT s.user_id, 'suggestion_unanswered', s.id::text, :now,
             greatest(:now, s.first_sent_at + make_interval(secs => :afterMessage))
      """
          + UNANSWERED
          + " ON CONFLICT (user_id, kind, subject_key) WHERE resolved_at IS NULL DO NOTHING";

  private static final String SETTLED =
      """
      n.resolved_at IS NULL AND (
        (n.kind = 'suggestion_unanswered' AND NOT EXISTS (
          SELECT 1 FROM suggestions s
          WHERE s.user_id = n.user_id AND s.id::text = n.subject_key AND s.state = 'pending'
            AND s.slot_start > :now))
        OR (n.kind = 'suggestion_conflict' AND NOT EXISTS (
          SELECT 1 FROM suggestions s
          WHERE s.user_id = n.user_id AND s.id::text = n.subject_key AND s.state = 'accepted'
            AND s.slot_end > :now))
        OR (n.kind IN ('suggestion_unanswered', 'suggestion_conflict', 'group_mapping_review')
            AND EXISTS (SELECT 1 FROM users u WHERE u.id = n.user_id AND u.deleted_at IS NOT NULL))
        OR (n.kind = 'group_mapping_review' AND NOT EXISTS (
          SELECT 1 FROM google_groups g JOIN google_connections k ON k.id = g.connection_id
          WHERE k.user_id = n.user_id AND g.mapping = 'pending' AND g.removed_at IS NULL)))
      """;

  private static final String RESOLVE =
      """
      UPDATE notices n
      SET resolved_at = :now,
          resolution = CASE
            WHEN EXISTS (SELECT 1 FROM users u WHERE u.id = n.user_id AND u.deleted_at IS NOT NULL)
              THEN 'user_deleted'
            WHEN n.kind = 'group_mapping_review' THEN 'reviewed'
            ELSE coalesce(
              (SELECT CASE s.state WHEN 'superseded' THEN 'moved'
                                   WHEN 'expired' THEN 'expired'
                                   WHEN 'pending' THEN 'expired'
                                   ELSE 'answered' END
               FROM suggestions s WHERE s.user_id = n.user_id AND s.id::text = n.subject_key),
              'gone') END
      WHERE
      """
          + SETTLED;

  /** The same job lets suggestions expire an hour before they begin, and wakes what was snoozed. */
  private static final String AGING =
      """
      EXISTS (SELECT 1 FROM suggestions
              WHERE state IN ('pending', 'snoozed') AND slot_start < :now + interval '1 hour')
      OR EXISTS (SELECT 1 FROM suggestions WHERE state = 'snoozed' AND snoozed_until <= :now)
      """;

  private static final String DUE =
      "SELECT "
          + AGING
          + "OR EXISTS (SELECT 1 "
          + UNANSWERED
          + ") OR EXISTS (SELECT 1 FROM notices n WHERE "
          + SETTLED
          + ")";

  private final JdbcClient jdbc;
  private final Clock clock;

  ReminderNotices(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  int open() {
    Instant now = clock.instant();
    return jdbc.sql(OPEN)
        .params(window(now))
        .param("now", SqlInstant.of(now))
        .param("afterMessage", AFTER_MESSAGE.toSeconds())
        .update();
  }

  int resolve() {
    return jdbc.sql(RESOLVE).param("now", SqlInstant.of(clock.instant())).update();
  }

  /** Whether any notice is missing or settled, or any suggestion has to expire or wake. */
  boolean due() {
    Instant now = clock.instant();
    return jdbc.sql(DUE)
        .params(window(now))
        .param("now", SqlInstant.of(now))
        .query(Boolean.class)
        .single();
  }

  private static Map<String, Object> window(Instant now) {
    return Map.of(
        "soonest", SqlInstant.of(now.plus(SOONEST)), "latest", SqlInstant.of(now.plus(LATEST)));
  }
}
