package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The job that a child belongs to.
 *
 * @param queue its queue: the name, or BullMQ's full form {@code <prefix>:<name>} for one of
 *     another prefix
 * @param id its id
 */
public record ParentJob(String queue, String id) {

  public ParentJob {
    if (queue == null || queue.isBlank() || id == null || id.isBlank()) {
      throw new IllegalArgumentException(
          "parent (queue \"" + queue + "\", id \"" + id + "\") is incomplete; name both");
    }
  }

  String queueKey(String prefix) {
    return queue.contains(":") ? queue : prefix + ":" + queue;
  }

  static ParentJob parse(JsonNode node) {
    String queue = node.path("queue").asText("");
    String id = node.path("id").asText("");
    return queue.isBlank() || id.isBlank() ? null : new ParentJob(queue, id);
  }

  void write(ObjectNode options, String prefix) {
    options.putObject("parent").put("id", id).put("queue", queueKey(prefix));
  }
}
