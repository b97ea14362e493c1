package dev.millrace.notification;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * A claimed text message.
 *
 * @param userId whose it is, for the limit
 * @param from the sender's number; counts where there is no messaging service
 * @param messagingService Twilio's id of a pool of senders; may be empty
 * @param statusCallback where Twilio reports to; null for nowhere
 * @param validitySeconds after these it must not arrive any more
 * @param claimedAt since when it counts as being sent
 */
public record OutgoingSms(
    UUID id,
    UUID userId,
    String from,
    String messagingService,
    String to,
    String body,
    String statusCallback,
    long validitySeconds,
    Instant claimedAt) {

  /** The form that Twilio's Messages resource takes. */
  public String form() {
    String sender =
        messagingService.isEmpty()
            ? "&From=" + encoded(from)
            : "&MessagingServiceSid=" + encoded(messagingService);
    return "To="
        + encoded(to)
        + sender
        + "&Body="
        + encoded(body)
        + (statusCallback == null ? "" : "&StatusCallback=" + encoded(statusCallback))
        + "&ValidityPeriod="
        + validitySeconds;
  }

  /** Keeps numbers and texts out of logs. */
  @Override
  public String toString() {
    return "OutgoingSms[" + id + "]";
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
