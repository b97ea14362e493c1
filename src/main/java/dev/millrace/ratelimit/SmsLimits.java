package dev.millrace.ratelimit;

/**
 * The limits of text messages. They hold while Redis does not answer, and cannot be switched off.
 */
public class SmsLimits {

  /**
   * Counts a message that came in, before any work is done for it.
   *
   * @param phone whose it is; spaces, dashes, dots and parentheses do not matter
   * @throws RefusedCheck when that is no phone number; the message does not have it
   */
  public Decision incoming(String phone) {
    throw new UnsupportedOperationException();
  }

  /** Counts a message that is about to leave to a user. */
  public Decision outgoing(String userId) {
    throw new UnsupportedOperationException();
  }
}
