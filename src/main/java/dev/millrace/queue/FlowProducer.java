package dev.millrace.queue;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Adds flows: trees of jobs in which a job runs when its children have ended. A tree goes to Redis
 * in one call, over all its queues, so that nobody ever sees half of it. Get it from {@link
 * QueueEngine#flows}.
 */
public final class FlowProducer {

  private final CommandLine line;
  private final String prefix;
  private final EventMode events;
  private final Clock clock;

  FlowProducer(CommandLine line, String prefix, EventMode events, Clock clock) {
    this.line = line;
    this.prefix = prefix;
    this.events = events;
    this.clock = clock;
  }

  /**
   * @return fails with an {@link IllegalStateException} when the root's parent does not exist, or
   *     when the root's id is that of another parent's child
   */
  public CompletableFuture<AddedFlow> add(FlowJob flow) {
    return addBulk(List.of(flow))
        .thenApply(
            added -> {
              added.get(0).job().orThrow(flow.options().parent());
              return added.get(0);
            });
  }

  /** Adds all trees in one call; what became of each tells its {@link AddedFlow}. */
  public CompletableFuture<List<AddedFlow>> addBulk(List<FlowJob> flows) {
    if (flows.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    List<Node> nodes = new ArrayList<>();
    flows.forEach(flow -> nodes.add(node(flow, flow.options().parent())));
    // Level by level, as BullMQ adds them: parents are there before their children.
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      ParentJob parent = new ParentJob(node.keys.prefix() + ":" + node.keys.queue(), node.id);
      node.flow.children().forEach(child -> nodes.add(node(child, parent)));
    }

    Set<String> keys = new LinkedHashSet<>();
    List<String> arguments = new ArrayList<>(2 + 7 * nodes.size());
    arguments.add(events.text());
    arguments.add(Long.toString(clock.millis()));
    for (Node node : nodes) {
      keys.add(node.keys.meta());
      node.write(arguments, clock.millis());
    }
    return line.run(Script.FLOW, List.copyOf(keys), arguments)
        .thenApply(reply -> added(flows, nodes, reply));
  }

  /** As {@link #getFlow(String, String, int, int)}, 10 levels deep, 20 children of each kind. */
  public CompletableFuture<Optional<JobNode>> getFlow(String queue, String id) {
    return getFlow(queue, id, 10, 20);
  }

  /**
   * Reads a tree back: a job with its children, whatever their queues. Five commands a job. What
   * changes meanwhile may be seen half.
   *
   * @param depth how many levels are read, 1 = the job alone
   * @param maxChildren how many children of each kind (completed, pending, failed, ignored) are
   *     read of a job, 1 or more
   * @return empty when there is no such job
   */
  public CompletableFuture<Optional<JobNode>> getFlow(
      String queue, String id, int depth, int maxChildren) {
    if (depth < 1 || maxChildren < 1) {
      throw new IllegalArgumentException(
          "depth " + depth + " or maxChildren " + maxChildren + " is below 1; both begin at 1");
    }
    return new FlowReader(line, prefix, maxChildren).read(new QueueKeys(prefix, queue), id, depth);
  }

  /** What a parent knows of its children. */
  public Children children(String queue, String id) {
    return new Children(line, new QueueKeys(prefix, queue), id);
  }

  private Node node(FlowJob flow, ParentJob parent) {
    QueueKeys keys = new QueueKeys(flow.prefix() == null ? prefix : flow.prefix(), flow.queue());
    String custom = flow.options().jobId();
    return new Node(flow, keys, custom == null ? UUID.randomUUID().toString() : custom, parent);
  }

  private static List<AddedFlow> added(List<FlowJob> flows, List<Node> nodes, List<Object> reply) {
    List<AddedJob> jobs = Script.FLOW.read(reply, all -> JobQueue.added(all, nodes.size()));
    int[] firstChild = new int[nodes.size()];
    int next = flows.size();
    for (int i = 0; i < firstChild.length; i++) {
      firstChild[i] = next;
      next += nodes.get(i).flow.children().size();
    }
    List<AddedFlow> trees = new ArrayList<>();
    for (int root = 0; root < flows.size(); root++) {
      trees.add(tree(root, nodes, jobs, firstChild));
    }
    return List.copyOf(trees);
  }

  private static AddedFlow tree(int at, List<Node> nodes, List<AddedJob> jobs, int[] firstChild) {
    Node node = nodes.get(at);
    List<AddedFlow> children = new ArrayList<>();
    for (int i = 0; i < node.flow.children().size(); i++) {
      children.add(tree(firstChild[at] + i, nodes, jobs, firstChild));
    }
    return new AddedFlow(node.keys.queue(), jobs.get(at), List.copyOf(children));
  }

  /** A job at its place in the tree. */
  private static final class Node {

    private final FlowJob flow;
    private final QueueKeys keys;
    private final String id;
    private final JobOptions options;

    private Node(FlowJob flow, QueueKeys keys, String id, ParentJob parent) {
      this.flow = flow;
      this.keys = keys;
      this.id = id;
      this.options = flow.options().withParent(parent);
    }

    private void write(List<String> arguments, long nowMillis) {
      Long timestamp = options.timestamp();
      arguments.add(keys.base());
      arguments.add(id);
      arguments.add(flow.name());
      arguments.add(flow.data());
      arguments.add(options.json(keys.prefix()));
      arguments.add(Long.toString(timestamp == null ? nowMillis : timestamp));
      arguments.add((options.jobId() == null ? "" : "c") + (flow.children().isEmpty() ? "" : "w"));
    }
  }
}
