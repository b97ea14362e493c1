package dev.millrace.smoke;

import dev.millrace.queue.Job;
import java.time.Duration;

/**
 * What became of one queue's test job.
 *
 * @param state completed, failed, active or waiting
 * @param waited from adding to starting; null if it has not started
 * @param ran from starting to ending; null if it has not ended
 * @param reason why it failed; null unless it did
 */
record SmokeResult(
    String queue, String jobId, String state, Duration waited, Duration ran, String reason) {

  static SmokeResult of(Job job) {
    Duration waited =
        job.processedOn() == null
            ? null
            : Duration.ofMillis(Math.max(0, job.processedOn() - job.timestamp()));
    Duration ran =
        job.processedOn() == null || job.finishedOn() == null
            ? null
            : Duration.ofMillis(Math.max(0, job.finishedOn() - job.processedOn()));
    return new SmokeResult(job.queue(), job.id(), state(job), waited, ran, job.failedReason());
  }

  private static String state(Job job) {
    if (job.finishedOn() != null) {
      return job.failedReason() == null ? "completed" : "failed";
    }
    return job.processedOn() == null ? "waiting" : "active";
  }

  /** A job that was added and is not to be found any more. */
  static SmokeResult missing(String queue, String jobId) {
    return new SmokeResult(queue, jobId, "missing", null, null, null);
  }

  boolean ended() {
    return completed() || state.equals("failed");
  }

  boolean completed() {
    return state.equals("completed");
  }

  /** One line: queue, job, state, wait and run time, and the reason of a failure. */
  String line() {
    return "%-24s job %-12s %-10s wait %8s  run %8s%s"
        .formatted(
            queue, jobId, state, millis(waited), millis(ran), reason == null ? "" : "  " + reason);
  }

  private static String millis(Duration duration) {
    return duration == null ? "-" : duration.toMillis() + " ms";
  }
}
