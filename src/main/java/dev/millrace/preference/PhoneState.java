package dev.millrace.preference;

import java.time.Instant;

/**
 * What a user's phone is to us. Numbers are masked: whoever sees the answer over somebody's
 * shoulder learns four digits.
 *
 * @param number the verified one; null = there is none
 * @param verifiedAt when it was proved
 * @param pending a number that a code was sent to; null = none waits
 */
public record PhoneState(State state, String number, Instant verifiedAt, Pending pending) {

  /** Whether text messages get there. */
  public enum State {
    /** There is no number. */
    NONE,
    /** There is no number but the pending one. */
    PENDING,
    VERIFIED,
    /** Its user wrote STOP. */
    OPTED_OUT,
    /** The network says that it cannot be reached by text message. */
    UNUSABLE
  }

  /**
   * A number that waits for its code.
   *
   * @param triesLeft how often a code may still be wrong
   */
  public record Pending(String number, Instant expiresAt, int triesLeft) {}

  static String masked(String e164) {
    int shown = 4;
    return e164.substring(0, 2)
        + "*".repeat(e164.length() - 2 - shown)
        + e164.substring(e164.length() - shown);
  }
}
