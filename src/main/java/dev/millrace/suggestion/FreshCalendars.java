package dev.millrace.suggestion;

import dev.millrace.job.PermanentException;
import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Whether a user's calendar was read lately enough to say what time is free. */
@Component
class FreshCalendars {

  /**
   * A calendar read longer ago says too little about free time: better no offer than a wrong one.
   */
  static final Duration FRESH = Duration.ofHours(48);

  private final JdbcClient jdbc;
  private final Clock clock;

  FreshCalendars(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * Asks the database.
   *
   * @throws PermanentException if there is no such user
   */
  boolean has(UUID userId) {
    return jdbc.sql(
            """
            SELECT u.deleted_at IS NULL AND EXISTS (
              SELECT 1 FROM google_connections g JOIN sync_state s ON s.connection_id = g.id
              WHERE g.user_id = u.id AND g.integration = 'google_calendar' AND g.status = 'active'
                AND s.last_success_at > :since)
            FROM users u WHERE u.id = :user
            """)
        .param("user", userId)
        .param("since", SqlInstant.of(clock.instant().minus(FRESH)))
        .query(Boolean.class)
        .optional()
        .orElseThrow(() -> FreeTimes.unknown(userId));
  }
}
