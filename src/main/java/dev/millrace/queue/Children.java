package dev.millrace.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What Redis keeps of a parent's children, by their full keys ({@code <prefix>:<queue>:<id>}). It
 * stays with the parent, also when the children themselves were removed. Get it from {@link
 * FlowProducer#children}; each question costs one command unless it says otherwise.
 */
public final class Children {

  private final CommandLine line;
  private final String key;

  Children(CommandLine line, QueueKeys keys, String parentId) {
    this.line = line;
    this.key = keys.job(parentId);
  }

  /** Return values of the completed children, JSON text by key. */
  public CompletableFuture<Map<String, String>> values() {
    return line.hash(key + ":processed");
  }

  /** Reasons of the failures that the parent does not fail for, by key. */
  public CompletableFuture<Map<String, String>> ignoredFailures() {
    return line.hash(key + ":failed");
  }

  /** All of them; four commands. */
  public CompletableFuture<Dependencies> dependencies() {
    CompletableFuture<Map<String, String>> processed = values();
    CompletableFuture<Map<String, String>> ignored = ignoredFailures();
    CompletableFuture<Set<String>> unprocessed = line.members(key + ":dependencies");
    CompletableFuture<List<String>> failed = line.range(key + ":unsuccessful");
    return CompletableFuture.allOf(processed, ignored, unprocessed, failed)
        .thenApply(
            done ->
                new Dependencies(
                    processed.join(), unprocessed.join(), ignored.join(), failed.join()));
  }

  /** How many of each; four commands. */
  public CompletableFuture<Counts> counts() {
    List<CompletableFuture<Long>> asked = new ArrayList<>();
    asked.add(line.hashSize(key + ":processed"));
    asked.add(line.setSize(key + ":dependencies"));
    asked.add(line.hashSize(key + ":failed"));
    asked.add(line.sortedSetSize(key + ":unsuccessful"));
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(
            done ->
                new Counts(
                    asked.get(0).join(),
                    asked.get(1).join(),
                    asked.get(2).join(),
                    asked.get(3).join()));
  }

  /**
   * The children by how they ended, with BullMQ's words.
   *
   * @param processed those completed, with their return values as JSON text
   * @param unprocessed those pending
   * @param ignored those failed without failing the parent, with the reasons
   * @param failed those that fail the parent, in the order in which they did
   */
  public record Dependencies(
      Map<String, String> processed,
      Set<String> unprocessed,
      Map<String, String> ignored,
      List<String> failed) {}

  /**
   * How many children ended how.
   *
   * @param processed completed
   * @param unprocessed pending
   * @param ignored failed without failing the parent
   * @param failed failed, and fail the parent
   */
  public record Counts(long processed, long unprocessed, long ignored, long failed) {}
}
