package dev.millrace.calendar;

import java.util.UUID;

/**
 * What Google says with a push message; it has no body.
 *
 * @param channelId null where it is none of ours: ours are UUIDs
 * @param number of the message in its channel: it grows, not by one, and may come out of order
 * @param state {@code sync} for the first message of a channel, {@code exists} for a change
 * @param resourceId what the channel watches, in Google's words; needed to stop it
 * @param token the channel's secret, or null
 */
public record PushMessage(
    UUID channelId, long number, String state, String resourceId, String token) {

  /** Without the secret: Camel writes bodies into logs. */
  @Override
  public String toString() {
    return "push message " + number + " of channel " + channelId;
  }
}
