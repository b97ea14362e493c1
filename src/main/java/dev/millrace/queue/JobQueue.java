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

  /** The script's word for a job that was added and has begun. */
  private static final int CLAIMED = 3;

  private final CommandLine line;
  private final QueueKeys keys;
  private final EngineOptions options;
  private final Clock clock;
  private final LocalClaims claims;

  JobQueue(
      CommandLine line, QueueKeys keys, EngineOptions options, Clock clock, LocalClaims claims) {
    this.line = line;
    this.keys = keys;
    this.options = options;
    this.clock = clock;
    this.claims = claims;
  }

  public String name() {
    return keys.queue();
  }

  /**
   * @return fails with an {@link IllegalStateException} when the job's parent does not exist, or
   *     when its id is that of another parent's child
   */
  public CompletableFuture<AddedJob> add(NewJob job) {
    return addAll(List.of(job)).thenApply(added -> added.get(0).orThrow(job.options().parent()));
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
    return claims.reserve(keys.queue(), batch.size()).thenCompose(claim -> addBatch(batch, claim));
  }

  private CompletableFuture<List<AddedJob>> addBatch(List<NewJob> batch, LocalClaim claim) {
    long now = clock.millis();
    List<String> arguments = new ArrayList<>(7 + 5 * batch.size());
    arguments.add(keys.base());
    arguments.add(options.events().text());
    arguments.add(Integer.toString(claim.slots()));
    arguments.add(claim.token());
    arguments.add(Long.toString(claim.lockMillis()));
    arguments.add(options.instance());
    arguments.add(Long.toString(now));
    for (NewJob job : batch) {
      JobOptions said = job.options();
      arguments.add(said.jobId() == null ? "" : said.jobId());
      arguments.add(job.name());
      arguments.add(job.data());
      arguments.add(said.json(keys.prefix()));
      arguments.add(Long.toString(said.timestamp() == null ? now : said.timestamp()));
    }
    return line.run(Script.ADD, List.of(keys.meta()), arguments)
        .whenComplete(
            (reply, failure) ->
                claim.redeem(reply == null ? List.of() : claimed(batch, reply, now)))
        .thenApply(reply -> Script.ADD.read(reply, all -> added(all, batch.size())));
  }

  /** Those that this process has already, as they stand in Redis. */
  private List<Job> claimed(List<NewJob> batch, List<Object> reply, long now) {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < Math.min(batch.size(), reply.size() / 2); i++) {
      if (Long.valueOf(CLAIMED).equals(reply.get(2 * i + 1))) {
        jobs.add(Job.claimed(keys.queue(), (String) reply.get(2 * i), batch.get(i), now));
      }
    }
    return jobs;
  }

  static List<AddedJob> added(List<Object> reply, int jobs) {
    List<AddedJob> added = new ArrayList<>(jobs);
    for (int i = 0; i < 2 * jobs; i += 2) {
      int status = ((Long) reply.get(i + 1)).intValue();
      AddedJob.Status said = AddedJob.Status.of(status);
      added.add(new AddedJob((String) reply.get(i), said));
    }
    return added;
  }

  private static List<AddedJob> join(List<AddedJob> first, List<AddedJob> second) {
    first.addAll(second);
    return first;
  }
}
