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
   * @param failure why the message with the code did not arrive; null = nothing is known to be
   *     wrong
   */
  public record Pending(String number, Instant expiresAt, int triesLeft, Failure failure) {}

  /** Why a code did not arrive. */
  public enum Failure {
    /** The phone has texted STOP; START from it allows codes again. */
    OPTED_OUT,
    /** The network did not take it there. */
    NOT_DELIVERED
  }

  static String masked(String e164) {
    int shown = 4;
    return e164.substring(0, 2)
        + "*".repeat(e164.length() - 2 - shown)
        + e164.substring(e164.length() - shown);
  }
}
