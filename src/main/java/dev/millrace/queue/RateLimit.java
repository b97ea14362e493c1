package dev.millrace.queue;

import java.time.Duration;

/**
 * At most so many jobs of a queue begin within a time, BullMQ's {@code limiter}. The count is one
 * for all workers of the queue; a limit that the queue itself has wins over a consumer's own.
 *
 * @param max jobs, 1 or more
 * @param duration the time, 1 ms or more
 */
public record RateLimit(int max, Duration duration) {

  public RateLimit {
    if (max < 1) {
      throw new IllegalArgumentException("rateLimitMax " + max + " is less than 1 job");
    }
    if (duration == null || duration.toMillis() < 1) {
      throw new IllegalArgumentException(
          "rateLimitDuration " + duration + " is less than 1 ms; say in which time, such as 1s");
    }
  }

  String text() {
    return max + ":" + duration.toMillis();
  }
}
