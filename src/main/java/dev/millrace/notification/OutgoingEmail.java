package dev.millrace.notification;

import java.util.UUID;

/** A claimed e-mail. Its id becomes the Message-ID, so a repeated attempt is the same message. */
public record OutgoingEmail(UUID id, String to, String subject, String body, String purpose) {

  /** Keeps addresses and texts out of logs. */
  @Override
  public String toString() {
    return "OutgoingEmail[" + id + "]";
  }
}
