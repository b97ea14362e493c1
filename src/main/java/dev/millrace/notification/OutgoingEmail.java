package dev.millrace.notification;

import java.util.UUID;

/**
 * A claimed e-mail. Its id becomes the Message-ID, so a repeated attempt is the same message.
 *
 * @param userId whose it is, for the limit
 * @param html null for text alone
 */
public record OutgoingEmail(
    UUID id, UUID userId, String to, String subject, String body, String html, String purpose) {

  static OutgoingEmail of(OutboxRow message) {
    return new OutgoingEmail(
        message.id(),
        message.userId(),
        message.to(),
        message.subject(),
        message.body(),
        message.html(),
        message.purpose());
  }

  /** Keeps addresses and texts out of logs. */
  @Override
  public String toString() {
    return "OutgoingEmail[" + id + "]";
  }
}
