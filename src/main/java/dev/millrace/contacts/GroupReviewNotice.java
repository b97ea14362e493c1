package dev.millrace.contacts;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The notice that groups of Google's wait for the user's word: one, however many there are. */
@Component
class GroupReviewNotice {

  static final Duration FIRST_REMINDER = Duration.ofDays(7);

  private static final String WAITING =
      """
      EXISTS (SELECT 1 FROM google_groups g JOIN google_connections n ON n.id = g.connection_id
              WHERE n.user_id = :user AND g.mapping = 'pending' AND g.removed_at IS NULL)
      """;

  private static final String OPEN =
      """
      INSERT INTO notices (user_id, kind, subject_key, opened_at, next_reminder_at)
      SELECT :user, 'group_mapping_review', :user::text, :now, :reminder WHERE
      """
          + WAITING
          + " ON CONFLICT (user_id, kind, subject_key) WHERE resolved_at IS NULL DO NOTHING";

  private static final String RESOLVE =
      """
      UPDATE notices SET resolved_at = :now, resolution = 'reviewed'
      WHERE user_id = :user AND kind = 'group_mapping_review' AND resolved_at IS NULL AND NOT
      """
          + WAITING;

  private final JdbcClient jdbc;
  private final Clock clock;

  GroupReviewNotice(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** Opens it where groups wait, and resolves it where none does. */
  void renew(UUID user) {
    Instant now = clock.instant();
    jdbc.sql(OPEN)
        .param("user", user)
        .param("now", SqlInstant.of(now))
        .param("reminder", SqlInstant.of(now.plus(FIRST_REMINDER)))
        .update();
    jdbc.sql(RESOLVE).param("user", user).param("now", SqlInstant.of(now)).update();
  }
}
