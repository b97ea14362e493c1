package dev.millrace.contacts;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Wishes to have a user's contacts read from the start. */
@Component
public class FullReads {

  private final JdbcClient jdbc;
  private final Clock clock;

  public FullReads(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * Makes the next sync of the user's contacts a full one, whichever job it is: call it before
   * adding a job with {@code syncType} full, which may be merged into one that is not. Nothing
   * happens for a user without a contacts connection.
   */
  public void want(UUID userId) {
    jdbc.sql(
            """
            INSERT INTO contacts_sync (connection_id, full_wanted_at)
            SELECT id, :now FROM google_connections
            WHERE user_id = :user AND integration = 'google_contacts'
            ON CONFLICT (connection_id) DO UPDATE SET full_wanted_at = EXCLUDED.full_wanted_at
            """)
        .param("user", userId)
        .param("now", SqlInstant.of(clock.instant()))
        .update();
  }
}
