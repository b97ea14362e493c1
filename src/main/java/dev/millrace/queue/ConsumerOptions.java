package dev.millrace.queue;

import java.time.Duration;

/**
 * How one consumer works its queue.
 *
 * @param queue the queue's name
 * @param concurrency jobs that run at the same time, 1 or more; default {@value
 *     #DEFAULT_CONCURRENCY}
 * @param lockDuration how long a job stays ours without a sign of life; default 30 s, BullMQ's.
 *     Renewed at half of it, so only long jobs cost renewals; longer is cheaper, and recovery after
 *     a crash later
 * @param removeOnComplete what stays of completed jobs that do not say so themselves; default: the
 *     newest 1,000
 * @param removeOnFail the same for failed jobs; default: the newest 5,000
 */
public record ConsumerOptions(
    String queue,
    int concurrency,
    Duration lockDuration,
    Retention removeOnComplete,
    Retention removeOnFail) {

  public static final int DEFAULT_CONCURRENCY = 1;
  public static final Duration DEFAULT_LOCK_DURATION = Duration.ofSeconds(30);
  public static final Retention DEFAULT_REMOVE_ON_COMPLETE = new Retention(1000, null);
  public static final Retention DEFAULT_REMOVE_ON_FAIL = new Retention(5000, null);

  private static final int MOST = 10_000;

  public ConsumerOptions {
    if (concurrency < 1 || concurrency > MOST) {
      throw new IllegalArgumentException(
          "concurrency "
              + concurrency
              + " is outside 1 to "
              + MOST
              + "; say how many jobs may run at once");
    }
    if (lockDuration.compareTo(Duration.ofSeconds(1)) < 0
        || lockDuration.compareTo(Duration.ofHours(24)) > 0) {
      throw new IllegalArgumentException(
          "lockDuration " + lockDuration + " is outside 1 s to 24 h; mind the unit");
    }
  }

  /** The defaults for a queue. */
  public static ConsumerOptions of(String queue) {
    return new ConsumerOptions(
        queue,
        DEFAULT_CONCURRENCY,
        DEFAULT_LOCK_DURATION,
        DEFAULT_REMOVE_ON_COMPLETE,
        DEFAULT_REMOVE_ON_FAIL);
  }

  public ConsumerOptions withConcurrency(int number) {
    return new ConsumerOptions(queue, number, lockDuration, removeOnComplete, removeOnFail);
  }

  public ConsumerOptions withLockDuration(Duration duration) {
    return new ConsumerOptions(queue, concurrency, duration, removeOnComplete, removeOnFail);
  }
}
