package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.time.Instant;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Remembers since when users know of suggestions. */
@Component
public class FirstSent {

  private final JdbcClient jdbc;

  FirstSent(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A message left; its suggestions have been seen from now on. */
  public void note(UUID message, Instant now) {
    jdbc.sql(
            """
            UPDATE suggestions SET first_sent_at = :now
            WHERE first_sent_at IS NULL
              AND id IN (SELECT suggestion_id FROM digest_items WHERE message_id = :id)
            """)
        .param("now", SqlInstant.of(now))
        .param("id", message)
        .update();
  }
}
