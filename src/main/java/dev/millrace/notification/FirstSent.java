package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.time.Instant;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Remembers since when users know of suggestions, and on which day they had a digest. */
@Component
public class FirstSent {

  private static final String SUGGESTIONS =
      """
      UPDATE suggestions SET first_sent_at = :now
      WHERE first_sent_at IS NULL
        AND id IN (SELECT suggestion_id FROM digest_items WHERE message_id = :id)
      """;

  /** A digest that left late counts for the local date on which it came. */
  private static final String DIGEST =
      """
      UPDATE notification_preferences SET last_digest_at = greatest(last_digest_at, :now)
      WHERE user_id = (SELECT user_id FROM outbound_messages WHERE id = :id AND purpose = 'digest')
      """;

  private final JdbcClient jdbc;

  FirstSent(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A message left; its suggestions have been seen from now on. */
  public void note(UUID message, Instant now) {
    jdbc.sql(SUGGESTIONS).param("now", SqlInstant.of(now)).param("id", message).update();
    jdbc.sql(DIGEST).param("now", SqlInstant.of(now)).param("id", message).update();
  }
}
