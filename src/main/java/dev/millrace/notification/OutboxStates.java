package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Writes what became of a claimed message. */
@Component
class OutboxStates {

  private static final String SENT =
      """
      UPDATE outbound_messages
      SET state = 'sent', state_reason = NULL, provider_id = :provider, sent_at = :now
      WHERE id = :id AND state = 'sending'
      """;

  private static final String FIRST_SENT =
      """
      UPDATE suggestions SET first_sent_at = :now
      WHERE first_sent_at IS NULL
        AND id IN (SELECT suggestion_id FROM digest_items WHERE message_id = :id)
      """;

  private static final String PUT_BACK =
      """
      UPDATE outbound_messages SET state = 'queued', state_reason = :reason, not_before = :notBefore
      WHERE id = :id AND state = 'sending'
      """;

  private static final String ENDED =
      """
      UPDATE outbound_messages
      SET state = CAST(:state AS msg_state), state_reason = :reason, provider_code = :code
      WHERE id = :id AND state IN ('queued', 'sending')
      """;

  private final JdbcClient jdbc;
  private final Clock clock;

  OutboxStates(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** The other side took the message; its suggestions have been seen from now on. */
  void sent(UUID id, String providerId) {
    jdbc.sql(SENT).param("provider", providerId).param("now", now()).param("id", id).update();
    jdbc.sql(FIRST_SENT).param("now", now()).param("id", id).update();
  }

  /** It certainly was not sent, and may be from {@code notBefore} on. */
  void putBack(UUID id, String reason, Instant notBefore) {
    jdbc.sql(PUT_BACK)
        .param("reason", reason)
        .param("notBefore", SqlInstant.of(notBefore))
        .param("id", id)
        .update();
  }

  /** Nobody can tell whether it was sent; a blind second attempt could send it twice. */
  void doubtful(UUID id, String reason) {
    end(id, "unknown", reason, null);
  }

  void failed(UUID id, String reason, String code) {
    end(id, "failed", reason, code);
  }

  void suppressed(UUID id, String reason) {
    end(id, "suppressed", reason, null);
  }

  private void end(UUID id, String state, String reason, String code) {
    jdbc.sql(ENDED)
        .param("state", state)
        .param("reason", reason)
        .param("code", code)
        .param("id", id)
        .update();
  }

  private Object now() {
    return SqlInstant.of(clock.instant());
  }
}
