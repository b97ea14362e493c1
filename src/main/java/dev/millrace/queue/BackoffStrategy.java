package dev.millrace.queue;

import java.time.Duration;

/**
 * How long a failed job waits, for kinds of backoff that BullMQ does not bring: its {@code
 * settings.backoffStrategy}.
 */
@FunctionalInterface
public interface BackoffStrategy {

  /**
   * The wait before the next attempt.
   *
   * @param attemptsMade attempts that have failed, this one included
   * @param type the backoff type that the job was added with
   * @return zero = at once; null = no further attempt, the job has failed (BullMQ's −1)
   */
  Duration after(int attemptsMade, String type, Throwable cause, Job job);
}
