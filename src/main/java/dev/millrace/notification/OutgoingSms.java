package dev.millrace.notification;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A claimed text message.
 *
 * @param userId whose it is, for the limit
 */
public record OutgoingSms(UUID id, UUID userId, String from, String to, String body) {

  /** The form that Twilio's Messages resource takes. */
  public String form() {
    return "To=" + encoded(to) + "&From=" + encoded(from) + "&Body=" + encoded(body);
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
