package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Puts text messages with codes into the outbox: the only ones that go to a number that nobody has
 * proved to be theirs yet.
 */
@Component
public class VerificationMessages {

  private static final String QUEUE =
      """
      INSERT INTO outbound_messages (id, user_id, channel, purpose, dedup_key, to_address, body,
                                     not_before, expires_at, created_at)
      VALUES (:id, :user, 'sms', 'verification', :key, :to, :body, :now, :expiresAt, :now)
      """;

  private static final String WITHDRAW =
      """
      UPDATE outbound_messages SET state = 'suppressed', state_reason = :reason, body = ''
      WHERE %s AND purpose = 'verification' AND state = 'queued'
      """;

  private final JdbcClient jdbc;
  private final Clock clock;

  VerificationMessages(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * Writes one, at once to be sent; those that wait for the same user are withdrawn.
   *
   * @param expiresAt when the code in it ends
   * @return its id
   */
  public UUID queue(UUID user, String e164, String body, Instant expiresAt) {
    withdraw(user, "newer_code");
    UUID id = UUID.randomUUID();
    jdbc.sql(QUEUE)
        .param("id", id)
        .param("user", user)
        .param("key", "verification:" + id)
        .param("to", e164)
        .param("body", body)
        .param("now", SqlInstant.of(clock.instant()))
        .param("expiresAt", SqlInstant.of(expiresAt))
        .update();
    return id;
  }

  /** Nothing that waits for the user is sent any more. */
  public void withdraw(UUID user, String reason) {
    jdbc.sql(WITHDRAW.formatted("user_id = :user"))
        .param("user", user)
        .param("reason", reason)
        .update();
  }

  /** Nothing that waits for the number is sent there any more. */
  public void withdraw(String e164, String reason) {
    jdbc.sql(WITHDRAW.formatted("to_address = :number"))
        .param("number", e164)
        .param("reason", reason)
        .update();
  }

  /** Payloads of batch-notifications that ask for its delivery. */
  public static List<Map<String, Object>> deliveries(UUID message) {
    return Deliveries.of(List.of(message));
  }
}
