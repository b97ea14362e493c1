package dev.millrace.ratelimit;

import dev.millrace.rest.client.RestRedisException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits of text messages. They hold while Redis does not answer, and are not switched off with
 * the others.
 */
public final class SmsLimits {

  private static final Logger LOG = LoggerFactory.getLogger(SmsLimits.class);

  static final String INCOMING = "sms-incoming";
  static final String OUTGOING = "sms-outgoing";

  private final RateLimits limits;

  SmsLimits(RateLimits limits) {
    this.limits = limits;
  }

  /**
   * Counts a message that came in, before any work is done for it, so that a burst cannot pass
   * while the first of it is still being worked on.
   *
   * @param phone whose it is; spaces, dashes, dots and parentheses do not matter
   * @throws RefusedCheck when that is no phone number; the message does not have it
   */
  public Decision incoming(String phone) {
    return limits.check(INCOMING, phone);
  }

  /** Counts a message that is about to leave to a user. */
  public Decision outgoing(String userId) {
    return limits.check(OUTGOING, userId);
  }

  /**
   * Gives back what was counted for a message that did not leave after all. If that fails, the user
   * has one less until the window is over.
   *
   * @param counted what {@link #outgoing} said
   */
  public void giveBack(String userId, Decision counted) {
    try {
      limits.refund(counted, userId, 1);
    } catch (RestRedisException e) {
      LOG.warn("A text message that did not leave stays counted: {}", e.kind());
    }
  }
}
