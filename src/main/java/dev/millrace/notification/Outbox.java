package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Puts messages into the table that deliveries are taken from. A message is written in the
 * transaction that decided on it; its unique key is what keeps a repeated decision from sending
 * twice.
 */
@Component
class Outbox {

  private static final String QUEUE =
      """
      INSERT INTO outbound_messages (id, user_id, channel, purpose, dedup_key, to_address, subject,
                                     body, body_html, state, state_reason, not_before, expires_at,
                                     created_at)
      VALUES (:id, :user, CAST(:channel AS msg_channel), :purpose, :key, :to, :subject,
              :body, :html, CAST(:state AS msg_state), :reason, :notBefore, :expiresAt, :now)
      ON CONFLICT (dedup_key) DO NOTHING
      RETURNING id
      """;

  private static final String SUPERSEDE =
      """
      UPDATE outbound_messages SET state = 'suppressed', state_reason = 'superseded'
      WHERE user_id = :user AND purpose = :purpose AND state = 'queued'
      """;

  private final JdbcClient jdbc;
  private final Clock clock;

  Outbox(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** A row of the outbox as far as its writer needs it. */
  record Queued(UUID id, String channel, Instant notBefore) {}

  /**
   * One row for each channel that the user has open and the draft has a text for; none for what was
   * written before.
   */
  List<Queued> queue(Recipient recipient, Draft draft) {
    Instant now = clock.instant();
    List<Queued> queued = new ArrayList<>();
    if (recipient.email() != null) {
      insert(recipient, draft, "email", recipient.email(), draft.email(), now)
          .ifPresent(id -> queued.add(new Queued(id, "email", now)));
    }
    if (recipient.phone() != null && draft.sms() != null) {
      Instant loud = recipient.quietHours().nextLoud(now, recipient.zone());
      insert(recipient, draft, "sms", recipient.phone(), draft.sms(), loud)
          .ifPresent(id -> queued.add(new Queued(id, "sms", loud)));
    }
    return queued;
  }

  /**
   * Withdraws what still waits of an older message of this purpose: a newer one takes its place.
   */
  void supersede(UUID user, String purpose) {
    jdbc.sql(SUPERSEDE).param("user", user).param("purpose", purpose).update();
  }

  /** Gives a message's suggestions the numbers by which a reply names them. */
  void number(UUID message, List<DigestItem> items) {
    for (int at = 0; at < items.size(); at++) {
      jdbc.sql(
              """
              INSERT INTO digest_items (message_id, position, suggestion_id)
              VALUES (:message, :position, :suggestion)
              """)
          .param("message", message)
          .param("position", at + 1)
          .param("suggestion", items.get(at).suggestionId())
          .update();
    }
  }

  private Optional<UUID> insert(
      Recipient recipient,
      Draft draft,
      String channel,
      String address,
      String body,
      Instant notBefore) {
    boolean tooLate = !notBefore.isBefore(draft.expiresAt());
    return jdbc.sql(QUEUE)
        .param("id", UUID.randomUUID())
        .param("user", recipient.userId())
        .param("channel", channel)
        .param("purpose", draft.purpose())
        .param("key", draft.key() + ":" + channel)
        .param("to", address)
        .param("subject", draft.subject())
        .param("body", body)
        .param("html", channel.equals("email") ? draft.html() : null)
        .param("state", tooLate ? "suppressed" : "queued")
        .param("reason", tooLate ? "quiet_hours" : null)
        .param("notBefore", SqlInstant.of(notBefore))
        .param("expiresAt", SqlInstant.of(draft.expiresAt()))
        .param("now", SqlInstant.of(clock.instant()))
        .query(UUID.class)
        .optional();
  }
}
