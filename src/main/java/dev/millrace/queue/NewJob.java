package dev.millrace.queue;

import java.nio.charset.StandardCharsets;

/**
 * A job that is to be added.
 *
 * @param name BullMQ's job name, by which Node processors choose what to do
 * @param data the payload as JSON text
 * @param options see {@link JobOptions}; data above its {@code sizeLimit} is refused
 */
public record NewJob(String name, String data, JobOptions options) {

  public NewJob {
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException(
          "job name is empty; give it a name, for example that of the queue");
    }
    Json.read("the data of job \"" + name + "\"", data);
    int limit = options.sizeLimit();
    // A char has at most three bytes, so most jobs need not be counted.
    if (limit > 0 && data.length() > limit / 3) {
      int size = data.getBytes(StandardCharsets.UTF_8).length;
      if (size > limit) {
        throw new IllegalArgumentException(
            "the data of job \""
                + name
                + "\" has "
                + size
                + " bytes, more than its sizeLimit of "
                + limit
                + "; put the bulk elsewhere and only its address into the job");
      }
    }
  }
}
