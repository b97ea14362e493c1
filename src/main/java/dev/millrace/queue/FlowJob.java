package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A job with the jobs that must end before it runs, and theirs in turn: a node of a flow. The jobs
 * may be in different queues. On Redis Cluster all of them must share a hash slot.
 *
 * @param name BullMQ's job name
 * @param queue the queue that it is added to
 * @param data the payload as JSON text
 * @param options as for any job; without {@code jobId} the id is a random UUID. What a child's
 *     failure means for its parent says {@link JobOptions#onFailure}; {@link JobOptions#parent} is
 *     for the root only
 * @param children jobs that it waits for; empty = none, then it is a plain job
 * @param prefix of the queue's keys; null = the engine's
 */
public record FlowJob(
    String name,
    String queue,
    String data,
    JobOptions options,
    List<FlowJob> children,
    String prefix) {

  /** Long names of BullMQ's options for the short ones in which they are stored. */
  private static final Map<String, String> SHORT =
      Map.of(
          "deduplication", "de",
          "failParentOnFailure", "fpof",
          "continueParentOnFailure", "cpof",
          "ignoreDependencyOnFailure", "idof",
          "removeDependencyOnFailure", "rdof",
          "keepLogs", "kl");

  public FlowJob {
    new NewJob(name, data, options);
    children = List.copyOf(children);
    if (!children.isEmpty() && options.deduplication() != null) {
      throw new IllegalArgumentException(
          "job \""
              + name
              + "\" of queue "
              + queue
              + " has children and a deduplication; leave the deduplication out, or give the job an id");
    }
    for (FlowJob child : children) {
      if (child.options.deduplication() != null || child.options.parent() != null) {
        throw new IllegalArgumentException(
            "job \""
                + child.name
                + "\" of queue "
                + child.queue
                + " is a child and has a "
                + (child.options.parent() == null ? "deduplication" : "parent of its own")
                + "; leave it out");
      }
    }
  }

  /** A job without children and special options. */
  public static FlowJob of(String name, String queue, String data) {
    return new FlowJob(name, queue, data, JobOptions.DEFAULT, List.of(), null);
  }

  public FlowJob with(JobOptions value) {
    return new FlowJob(name, queue, data, value, children, prefix);
  }

  public FlowJob with(FlowJob... jobs) {
    return new FlowJob(name, queue, data, options, List.of(jobs), prefix);
  }

  /**
   * Reads BullMQ's own form: {@code {name, queueName, data, opts, children, prefix}}, with the long
   * names of options, and {@code queue} as another word for {@code queueName}. A job without a name
   * is called like its queue.
   *
   * @param json a JSON object
   * @param rootQueue queue of the root when it names none; null = it must
   * @throws IllegalArgumentException when a part is missing or of the wrong kind
   */
  public static FlowJob parse(String json, String rootQueue) {
    return parse(Json.read("the flow", json), rootQueue);
  }

  private static FlowJob parse(JsonNode node, String otherwise) {
    if (!node.isObject()) {
      throw new IllegalArgumentException(
          "a node of the flow is " + node + "; set an object with queueName, data and children");
    }
    String queue = text(node, "queueName", text(node, "queue", otherwise));
    if (queue == null) {
      throw new IllegalArgumentException(
          "a node of the flow, named \""
              + node.path("name").asText("")
              + "\", has no queueName; set it, as in {\"name\": \"render\", \"queueName\": \"video\"}");
    }
    String name = text(node, "name", queue);
    List<FlowJob> children = new ArrayList<>();
    JsonNode listed = node.path("children");
    if (!listed.isMissingNode() && !listed.isNull() && !listed.isArray()) {
      throw new IllegalArgumentException(
          "children of job \"" + name + "\" is \"" + listed + "\"; set a list of jobs");
    }
    listed.forEach(child -> children.add(parse(child, null)));
    JsonNode data = node.path("data");
    return new FlowJob(
        name,
        queue,
        data.isMissingNode() ? "{}" : data.toString(),
        options(name, node.path("opts")),
        children,
        text(node, "prefix", null));
  }

  private static String text(JsonNode node, String field, String otherwise) {
    String text = node.path(field).asText("");
    return text.isEmpty() ? otherwise : text;
  }

  private static JobOptions options(String name, JsonNode opts) {
    if (opts.isMissingNode() || opts.isNull()) {
      return JobOptions.DEFAULT;
    }
    if (!opts.isObject()) {
      throw new IllegalArgumentException(
          "opts of job \""
              + name
              + "\" is \""
              + opts
              + "\"; set an object of BullMQ's job options");
    }
    ObjectNode stored = Json.MAPPER.createObjectNode();
    opts.properties()
        .forEach(o -> stored.set(SHORT.getOrDefault(o.getKey(), o.getKey()), o.getValue()));
    return JobOptions.parse(stored.toString()).checked();
  }
}
