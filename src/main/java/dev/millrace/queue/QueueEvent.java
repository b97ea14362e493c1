package dev.millrace.queue;

import java.util.Map;

/**
 * One entry of a queue's events stream, as any fleet wrote it.
 *
 * @param queue the queue's name
 * @param id of the entry, {@code <ms>-<n>}; grows within a queue
 * @param name of the event, such as {@code completed}; BullMQ's names, or one of a custom event
 * @param fields everything else, as text in the order in which it was written; {@code returnvalue}
 *     and a progress' {@code data} are JSON
 */
public record QueueEvent(String queue, String id, String name, Map<String, String> fields) {

  /** The job that it is about; null for events of the whole queue, such as {@code drained}. */
  public String jobId() {
    return fields.get("jobId");
  }
}
