package dev.millrace.ratelimit;

import dev.millrace.rest.client.RestRedisException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The limit of e-mails to a user. */
public final class EmailLimits {

  private static final Logger LOG = LoggerFactory.getLogger(EmailLimits.class);

  static final String OUTGOING = "email-outgoing";

  private final RateLimits limits;

  EmailLimits(RateLimits limits) {
    this.limits = limits;
  }

  /** Counts an e-mail that is about to leave to a user. */
  public Decision outgoing(String userId) {
    return limits.check(OUTGOING, userId);
  }

  /**
   * Gives back what was counted for an e-mail that did not leave after all. If that fails, the user
   * has one less until the window is over.
   *
   * @param counted what {@link #outgoing} said
   */
  public void giveBack(String userId, Decision counted) {
    try {
      limits.refund(counted, userId, 1);
    } catch (RestRedisException e) {
      LOG.warn("An e-mail that did not leave stays counted: {}", e.kind());
    }
  }
}
