package dev.millrace.notification;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Twilio's words for how a message stands, as states of the outbox. */
public final class TwilioStatus {

  private static final Set<String> UNDER_WAY = Set.of("accepted", "scheduled", "queued", "sending");

  private static final Map<String, String> STATES =
      Map.of(
          "sent", "sent",
          "delivered", "delivered",
          "read", "delivered",
          "undelivered", "undelivered",
          "failed", "failed",
          "canceled", "failed");

  private TwilioStatus() {}

  /** Whether Twilio has the message and has not passed it on yet. */
  public static boolean isUnderWay(String word) {
    return UNDER_WAY.contains(word);
  }

  /** The state; {@code sent} for what is under way, since it has left; empty for no known word. */
  public static Optional<String> state(String word) {
    return Optional.ofNullable(isUnderWay(word) ? "sent" : STATES.get(word));
  }
}
