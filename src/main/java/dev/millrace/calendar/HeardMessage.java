package dev.millrace.calendar;

import java.util.Map;
import java.util.UUID;

/**
 * A push message, and what is to be made of it.
 *
 * @param sync payload of calendar-sync; empty where nothing is to be read
 */
public record HeardMessage(
    UUID channelId,
    UUID calendarId,
    long number,
    String state,
    String resourceId,
    Verdict verdict,
    Map<String, Object> sync) {

  /** What a message is worth. */
  public enum Verdict {
    /** The first of its channel: Google reaches us. */
    CONFIRMS,
    /** Something changed. */
    CHANGED,
    /** No channel of ours. */
    UNKNOWN_CHANNEL,
    /** Whoever sent it does not know the channel's secret. */
    BAD_TOKEN,
    /** Of a channel that has ended, or of a calendar that nobody wants any more. */
    IGNORED
  }

  /** Whether it comes from Google, and counts. */
  public boolean isGenuine() {
    return verdict == Verdict.CONFIRMS || verdict == Verdict.CHANGED;
  }

  /** Whether it is the first of its channel. */
  public boolean isConfirming() {
    return verdict == Verdict.CONFIRMS;
  }
}
