package dev.millrace.queue;

/**
 * A job that is to be added.
 *
 * @param name BullMQ's job name, by which Node processors choose what to do
 * @param data the payload as JSON text
 * @param options see {@link JobOptions}
 */
public record NewJob(String name, String data, JobOptions options) {

  public NewJob {
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException(
          "job name is empty; give it a name, for example that of the queue");
    }
    Json.read("the data of job \"" + name + "\"", data);
  }
}
