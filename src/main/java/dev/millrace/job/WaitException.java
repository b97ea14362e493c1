package dev.millrace.job;

import java.time.Instant;
import java.util.Objects;

/**
 * The job cannot go on before a known time: a quota is used up, somebody else holds the lease. It
 * is moved to that time and uses no attempt.
 */
public class WaitException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Instant until;
  private final String reason;

  /**
   * @param until when to try again
   * @param reason short and stable, e.g. {@code rate_limited}; kept in {@code job_runs}
   */
  public WaitException(Instant until, String reason) {
    super("wait until " + until + ": " + reason);
    this.until = Objects.requireNonNull(until, "until");
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  public Instant until() {
    return until;
  }

  public String reason() {
    return reason;
  }
}
