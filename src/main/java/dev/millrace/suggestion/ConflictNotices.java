package dev.millrace.suggestion;

import dev.millrace.job.SqlInstant;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Tells a user in the application that an agreed meeting collides. Nothing is sent for it, so it
 * has no time for a reminder.
 */
@Component
class ConflictNotices {

  private final JdbcClient jdbc;

  ConflictNotices(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Opens a notice for each colliding meeting, and resolves those of all others. */
  void settle(UUID userId, List<UUID> colliding, Instant now) {
    String[] keys = colliding.stream().map(UUID::toString).toArray(String[]::new);
    jdbc.sql(
            """
            UPDATE notices SET resolved_at = :now, resolution = 'conflict_gone'
            WHERE user_id = :user AND kind = 'suggestion_conflict' AND resolved_at IS NULL
              AND subject_key <> ALL (:keys)
            """)
        .param("now", SqlInstant.of(now))
        .param("user", userId)
        .param("keys", keys)
        .update();
    if (keys.length > 0) {
      jdbc.sql(
              """
              INSERT INTO notices (user_id, kind, subject_key, opened_at)
              SELECT :user, 'suggestion_conflict', key, :now FROM unnest(:keys) AS key
              ON CONFLICT (user_id, kind, subject_key) WHERE resolved_at IS NULL DO NOTHING
              """)
          .param("user", userId)
          .param("now", SqlInstant.of(now))
          .param("keys", keys)
          .update();
    }
  }
}
