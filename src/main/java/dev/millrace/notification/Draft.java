package dev.millrace.notification;

import java.time.Instant;

/**
 * A message before it is known by which channels it goes.
 *
 * @param purpose {@code digest}, {@code realtime}, {@code token_notice} or {@code reminder}
 * @param key what makes the message one and the same for ever; the channel is appended to it
 * @param email the plain text of the e-mail
 * @param html the same for mail programs that show it; null for text alone
 * @param expiresAt when it is better not sent than sent late
 */
record Draft(
    String purpose,
    String key,
    String subject,
    String email,
    String html,
    String sms,
    Instant expiresAt) {

  Draft(String purpose, String key, String subject, Mail mail, String sms, Instant expiresAt) {
    this(purpose, key, subject, mail.text(), mail.html(), sms, expiresAt);
  }
}
