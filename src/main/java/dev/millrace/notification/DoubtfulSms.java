package dev.millrace.notification;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * A text message of which nobody here knows whether Twilio took it: the answer was lost, or the
 * process that waited for it.
 *
 * @param attempts posts that may have been taken
 * @param since no message of Twilio's that is older can be this one
 * @param claimedAt when the last post began
 */
public record DoubtfulSms(
    UUID id, UUID userId, String to, String body, int attempts, Instant since, Instant claimedAt) {

  /** Clocks here and there may differ by so much. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  static DoubtfulSms of(OutboxRow message) {
    Instant first = message.attempts() > 1 ? message.createdAt() : message.claimedAt();
    return new DoubtfulSms(
        message.id(),
        message.userId(),
        message.to(),
        message.body(),
        message.attempts(),
        first.minus(SKEW),
        message.claimedAt());
  }

  /**
   * The first page of Twilio's list. Not narrowed by {@code DateSent}, which what still waits at
   * Twilio does not have.
   */
  String query() {
    return "To=" + URLEncoder.encode(to, StandardCharsets.UTF_8) + "&PageSize=100";
  }

  /** Keeps numbers and texts out of logs. */
  @Override
  public String toString() {
    return "DoubtfulSms[" + id + "]";
  }
}
