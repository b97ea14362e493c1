package dev.millrace.notification;

import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;

/**
 * A user as somebody who gets messages. The addresses are the user's own: nothing is ever sent to a
 * contact.
 *
 * @param email null where the user wants no e-mail
 * @param phone null where the user wants no text messages or has no verified, usable number
 * @param pausedUntil null where messages are not paused
 */
record Recipient(
    UUID userId,
    ZoneId zone,
    String email,
    String phone,
    QuietHours quietHours,
    Instant pausedUntil) {

  boolean pausedAt(Instant moment) {
    return pausedUntil != null && pausedUntil.isAfter(moment);
  }
}
