package dev.millrace.queue;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One queue, as who adds jobs and who looks at them sees it. Get it from {@link QueueEngine#queue}.
 */
public final class JobQueue {

  /** A script call carries at most so many jobs, so that no call holds Redis up for long. */
  private static final int BATCH = 500;

  private final CommandLine line;
  private final QueueKeys keys;
  private final EventMode events;
  private final Clock clock;

  JobQueue(CommandLine line, QueueKeys keys, EventMode events, Clock clock) {
    this.line = line;
    this.keys = keys;
    this.events = events;
    this.clock = clock;
  }

  public String name() {
    return keys.queue();
  }

  public CompletableFuture<AddedJob> add(NewJob job) {
    return addAll(List.of(job)).thenApply(added -> added.get(0));
  }

  /** Adds the jobs in order; up to {@value #BATCH} of them in one round trip. */
  public CompletableFuture<List<AddedJob>> addAll(List<NewJob> jobs) {
    CompletableFuture<List<AddedJob>> all = CompletableFuture.completedFuture(new ArrayList<>());
    for (int from = 0; from < jobs.size(); from += BATCH) {
      List<NewJob> batch = jobs.subList(from, Math.min(from + BATCH, jobs.size()));
      all = all.thenCombine(addBatch(batch), JobQueue::join);
    }
    return all;
  }

  /** The job with this id, in whatever state; empty when there is none. */
  public CompletableFuture<Optional<Job>> find(String id) {
    return line.hash(keys.job(id))
        .thenApply(
            hash ->
                hash.isEmpty() ? Optional.empty() : Optional.of(Job.parse(keys.queue(), id, hash)));
  }

  /** How many jobs are in each state, by BullMQ's names. Six commands. */
  public CompletableFuture<Map<String, Long>> counts() {
    Map<String, CompletableFuture<Long>> asked = new LinkedHashMap<>();
    asked.put("waiting", line.listLength(keys.wait_()));
    asked.put("active", line.listLength(keys.active()));
    for (String set : List.of("prioritized", "delayed", "completed", "failed")) {
      asked.put(set, line.sortedSetSize(keys.base() + set));
    }
    return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
        .thenApply(
            done -> {
              Map<String, Long> counts = new LinkedHashMap<>();
              asked.forEach((state, count) -> counts.put(state, count.join()));
              return counts;
            });
  }

  private CompletableFuture<List<AddedJob>> addBatch(List<NewJob> batch) {
    List<String> arguments = new ArrayList<>(2 + 5 * batch.size());
    arguments.add(keys.base());
    arguments.add(events.text());
    for (NewJob job : batch) {
      JobOptions options = job.options();
      arguments.add(options.jobId() == null ? "" : options.jobId());
      arguments.add(job.name());
      arguments.add(job.data());
      arguments.add(options.json());
      arguments.add(
          Long.toString(options.timestamp() == null ? clock.millis() : options.timestamp()));
    }
    return line.run(Script.ADD, List.of(keys.meta()), arguments)
        .thenApply(reply -> Script.ADD.read(reply, all -> added(all, batch.size())));
  }

  private static List<AddedJob> added(List<Object> reply, int jobs) {
    List<AddedJob> added = new ArrayList<>(jobs);
    for (int i = 0; i < 2 * jobs; i += 2) {
      int status = ((Long) reply.get(i + 1)).intValue();
      added.add(new AddedJob((String) reply.get(i), AddedJob.Status.values()[status]));
    }
    return added;
  }

  private static List<AddedJob> join(List<AddedJob> first, List<AddedJob> second) {
    first.addAll(second);
    return first;
  }
}
