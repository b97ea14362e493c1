package dev.millrace.queue;

/** Somebody waited for a job, and it failed for good. */
public final class JobFailedException extends RuntimeException {

  private final String reason;

  JobFailedException(String queue, String jobId, String reason) {
    super("Job " + jobId + " of queue " + queue + " failed: " + reason);
    this.reason = reason;
  }

  /** The job's {@code failedReason}. */
  public String reason() {
    return reason;
  }
}
