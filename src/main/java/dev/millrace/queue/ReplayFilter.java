package dev.millrace.queue;

import java.time.Instant;

/**
 * Which failed jobs are meant. What is null is not asked for.
 *
 * @param name the job's name
 * @param reason a part of the failure's text
 * @param failedAfter failed at this time or later
 * @param failedBefore failed at this time or earlier
 */
public record ReplayFilter(String name, String reason, Instant failedAfter, Instant failedBefore) {

  /** All failed jobs. */
  public static final ReplayFilter ALL = new ReplayFilter(null, null, null, null);

  public ReplayFilter withName(String value) {
    return new ReplayFilter(value, reason, failedAfter, failedBefore);
  }

  public ReplayFilter withReason(String value) {
    return new ReplayFilter(name, value, failedAfter, failedBefore);
  }

  public ReplayFilter withFailedAfter(Instant value) {
    return new ReplayFilter(name, reason, value, failedBefore);
  }

  public ReplayFilter withFailedBefore(Instant value) {
    return new ReplayFilter(name, reason, failedAfter, value);
  }
}
