package dev.millrace.ratelimit;

import dev.millrace.job.Quota;
import dev.millrace.job.WaitException;
import java.time.Clock;
import java.time.Duration;

/** What jobs may ask of Google and others, by the named limits. */
final class JobQuota implements Quota {

  /** A job that needs longer gives its place to another. */
  private static final Duration WORTH_STAYING = Duration.ofSeconds(2);

  private final RateLimits limits;
  private final Clock clock;

  JobQuota(RateLimits limits, Clock clock) {
    this.limits = limits;
    this.clock = clock;
  }

  @Override
  public void take(String limit, String subject) {
    Duration left = WORTH_STAYING;
    while (true) {
      Decision decision = limits.check(limit, subject);
      if (decision.allowed()) {
        return;
      }
      Duration wait = decision.retryAfter();
      if (wait.compareTo(left) > 0) {
        throw new WaitException(clock.instant().plus(wait), "quota_" + limit);
      }
      left = left.minus(wait).minusMillis(1);
      pause(wait);
    }
  }

  private void pause(Duration wait) {
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WaitException(clock.instant().plus(wait), "interrupted");
    }
  }
}
