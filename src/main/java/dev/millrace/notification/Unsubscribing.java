package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Switches e-mail off for whoever has the address that an e-mail to that user named. */
@Component
public class Unsubscribing {

  private static final String EMAIL_OFF =
      """
      INSERT INTO notification_preferences (user_id, email_enabled, updated_at)
      SELECT u.id, false, :now FROM users u WHERE u.id = :user AND u.deleted_at IS NULL
      ON CONFLICT (user_id) DO UPDATE SET email_enabled = false, updated_at = :now
      """;

  private final UnsubscribeLinks links;
  private final JdbcClient jdbc;
  private final Clock clock;

  Unsubscribing(UnsubscribeLinks links, JdbcClient jdbc, Clock clock) {
    this.links = links;
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * Sends the user no further e-mail; a second time it changes nothing.
   *
   * @param token of the address; may be null
   * @return the user; empty where the token is nobody's
   */
  public Optional<UUID> stop(String token) {
    return links
        .user(token)
        .filter(
            user ->
                jdbc.sql(EMAIL_OFF)
                        .param("user", user)
                        .param("now", SqlInstant.of(clock.instant()))
                        .update()
                    == 1);
  }
}
