package dev.millrace.queue;

import java.time.Duration;

/**
 * What each job of a scheduler is like.
 *
 * @param name the jobs' name; null = the scheduler's id
 * @param data the payload as JSON text
 * @param options what is said of each job; without id and delay, which the scheduler gives
 */
public record JobTemplate(String name, String data, JobOptions options) {

  public JobTemplate {
    Json.read("the data of the scheduler's jobs", data);
    if (options.jobId() != null) {
      throw new IllegalArgumentException(
          "jobId \""
              + options.jobId()
              + "\" cannot be given to a scheduler's jobs, which get repeat:<scheduler>:<time>; leave it out");
    }
    if (options.delay().compareTo(Duration.ZERO) > 0) {
      throw new IllegalArgumentException(
          "delay "
              + options.delay().toMillis()
              + " ms cannot be given to a scheduler's jobs; leave it out, or use startDate or offset");
    }
  }

  /** Jobs with nothing but a name and data. */
  public static JobTemplate of(String name, String data) {
    return new JobTemplate(name, data, JobOptions.DEFAULT);
  }
}
