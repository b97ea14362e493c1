package dev.millrace.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Manages one queue: what BullMQ's class {@code Queue} offers besides adding. Each operation leaves
 * in Redis what BullMQ 6 leaves, and understands what BullMQ 5 and Bull left there. Get it from
 * {@link QueueEngine#admin}.
 *
 * <p>Nothing here blocks. Operations on any number of jobs work in batches, so that no call holds
 * Redis up for long; {@link #drain} alone is one call.
 */
public final class QueueAdmin {

  /** BullMQ's own numbers. */
  private static final int BATCH = 1000;

  private static final int CLEAN_BATCH = 10_000;

  private final QueueCommands queue;

  QueueAdmin(QueueCommands queue) {
    this.queue = queue;
  }

  public String name() {
    return queue.queue();
  }

  /** One job of the queue, there or not. */
  public JobAdmin job(String id) {
    return new JobAdmin(queue, id);
  }

  /** Global concurrency and rate limit. */
  public QueueLimits limits() {
    return new QueueLimits(queue);
  }

  /** The failed jobs, to look at and to run again. */
  public DeadLetters deadLetters() {
    return new DeadLetters(queue);
  }

  /** No worker of any fleet takes a job from now on; what runs goes on. */
  public CompletableFuture<Void> pause() {
    return queue.run(Script.PAUSE, "pause").thenAccept(reply -> {});
  }

  /**
   * Ends the pause. Jobs that BullMQ 5 or Bull had set aside are merged with those that came since,
   * before them.
   */
  public CompletableFuture<Void> resume() {
    return queue
        .run(Script.PAUSE, "resume")
        .thenCompose(
            reply ->
                QueueCommands.number(reply.get(0)) > 0
                    ? resume()
                    : CompletableFuture.completedFuture(null));
  }

  /** Whether the queue is paused. One command. */
  public CompletableFuture<Boolean> isPaused() {
    return queue.send(c -> c.hexists(queue.key("meta"), QueueCommands.bytes("paused")));
  }

  /**
   * Lets delayed jobs run now, the earliest first. Like BullMQ, it puts all of them in line without
   * regard to their priority.
   *
   * @param limit at most so many; 0 = all
   * @return how many
   */
  public CompletableFuture<Integer> promoteAll(int limit) {
    return requeue(JobState.DELAYED, "+inf", notNegative("limit", limit), 0);
  }

  /**
   * Lets finished jobs run once more, the oldest first. Like BullMQ, it puts all of them in line
   * without regard to their priority, and with the attempts that they had; see {@link
   * DeadLetters#replay} for more care.
   *
   * @param from {@link JobState#FAILED} or {@link JobState#COMPLETED}
   * @param limit at most so many; 0 = all
   * @param finishedBefore only those that had ended then; null = now
   * @return how many
   */
  public CompletableFuture<Integer> retryAll(JobState from, int limit, Instant finishedBefore) {
    if (from != JobState.FAILED && from != JobState.COMPLETED) {
      throw new IllegalArgumentException(
          "jobs that are " + from.text() + " cannot be retried; use failed or completed");
    }
    long latest = finishedBefore == null ? queue.clock().millis() : finishedBefore.toEpochMilli();
    return requeue(from, Long.toString(latest), notNegative("limit", limit), 0);
  }

  private CompletableFuture<Integer> requeue(JobState from, String latest, int limit, int before) {
    int batch = limit == 0 ? BATCH : Math.min(BATCH, limit - before);
    return queue
        .run(Script.REQUEUE_ALL, from.key(), batch, latest)
        .thenCompose(
            reply -> {
              int moved = before + (int) QueueCommands.number(reply.get(0));
              return moved - before < batch || moved == limit
                  ? CompletableFuture.completedFuture(moved)
                  : requeue(from, latest, limit, moved);
            });
  }

  /**
   * Removes all jobs that wait, with their logs. What a job scheduler runs next stays.
   *
   * @param delayed the delayed jobs too
   * @return how many
   */
  public CompletableFuture<Integer> drain(boolean delayed) {
    return queue
        .run(Script.DRAIN, delayed ? 1 : 0)
        .thenApply(reply -> (int) QueueCommands.number(reply.get(0)));
  }

  /**
   * Removes old jobs of one state. Running jobs with a lock and what a job scheduler runs next
   * stay.
   *
   * @param grace how long ago they ended, else began, else were added; 0 = any time
   * @param limit at most so many, and of those that do not tell their age by their place only so
   *     many are looked at; 0 = all
   * @return the ids of those removed
   */
  public CompletableFuture<List<String>> clean(JobState state, Duration grace, int limit) {
    long before = queue.clock().millis() - QueueCommands.millis("grace", grace);
    return clean(state, before, notNegative("limit", limit), new ArrayList<>());
  }

  private CompletableFuture<List<String>> clean(
      JobState state, long before, int limit, List<String> removed) {
    int batch = limit == 0 ? CLEAN_BATCH : Math.min(CLEAN_BATCH, limit);
    return queue
        .run(Script.CLEAN, state.key(), before, batch)
        .thenCompose(
            reply -> {
              List<?> ids = (List<?>) reply.get(0);
              ids.forEach(id -> removed.add((String) id));
              return ids.size() < batch || limit > 0 && removed.size() >= limit
                  ? CompletableFuture.completedFuture(removed)
                  : clean(state, before, limit, removed);
            });
  }

  /**
   * Pauses the queue and deletes it with everything in it.
   *
   * @param force even while jobs run; else that is a {@link QueueRefusal}, and the queue stays
   *     paused
   */
  public CompletableFuture<Void> obliterate(boolean force) {
    return pause().thenCompose(paused -> obliterateBatches(force));
  }

  private CompletableFuture<Void> obliterateBatches(boolean force) {
    return queue
        .run(Script.OBLITERATE, force ? 1 : 0, BATCH)
        .thenCompose(
            reply -> {
              int code = (int) QueueCommands.number(reply.get(0));
              if (code < 0) {
                throw code == -2 ? QueueRefusal.activeJobs(name()) : QueueRefusal.notPaused(name());
              }
              return code == 1 ? obliterateBatches(force) : CompletableFuture.completedFuture(null);
            });
  }

  /** Frees a deduplication id, whoever owns it; false when nobody did. One command. */
  public CompletableFuture<Boolean> removeDeduplicationKey(String deduplicationId) {
    return queue.send(c -> c.del(queue.key("de:" + deduplicationId))).thenApply(n -> n == 1);
  }

  /** How many jobs are in each state, all at the same moment. Billed as nine commands. */
  public CompletableFuture<Map<JobState, Long>> counts() {
    JobState[] states = JobState.values();
    Object[] sources = new Object[states.length];
    for (JobState state : states) {
      sources[state.ordinal()] = state.source();
    }
    return queue
        .run(Script.COUNTS, sources)
        .thenApply(
            reply -> {
              Map<JobState, Long> counts = new EnumMap<>(JobState.class);
              for (JobState state : states) {
                counts.put(state, QueueCommands.number(reply.get(state.ordinal())));
              }
              return counts;
            });
  }

  /**
   * How many jobs are ready with each of these priorities; 0 means those without one. Billed as one
   * command more than there are priorities.
   */
  public CompletableFuture<Map<Integer, Long>> countsPerPriority(Collection<Integer> priorities) {
    List<Integer> distinct = List.copyOf(new LinkedHashSet<>(priorities));
    Object[] sources =
        distinct.stream().map(p -> p == 0 ? JobState.WAITING.source() : "priority:" + p).toArray();
    return queue
        .run(Script.COUNTS, sources)
        .thenApply(
            reply -> {
              Map<Integer, Long> counts = new LinkedHashMap<>();
              for (int i = 0; i < sources.length; i++) {
                counts.put(distinct.get(i), QueueCommands.number(reply.get(i)));
              }
              return counts;
            });
  }

  /**
   * Reads the jobs of some states, each state's from {@code start} to {@code end}.
   *
   * @param start the first, from 0
   * @param end the last, included; -1 = to the end, which for a long queue is much
   * @param ascending the next to run, or the oldest, first; else last
   * @return a job that cannot be read has {@link Job#deferredFailure} say why
   */
  public CompletableFuture<List<Job>> jobs(
      Collection<JobState> states, long start, long end, boolean ascending) {
    List<Object> arguments = new ArrayList<>(List.of(start, end, ascending ? "asc" : "desc"));
    states.forEach(state -> arguments.add(state.source()));
    return queue
        .run(Script.PAGE, arguments.toArray())
        .thenApply(reply -> reply.stream().map(queue::job).toList());
  }

  /** Reads the jobs of one state; see {@link #jobs(Collection, long, long, boolean)}. */
  public CompletableFuture<List<Job>> jobs(
      JobState state, long start, long end, boolean ascending) {
    return jobs(List.of(state), start, end, ascending);
  }

  /**
   * How many jobs finished per minute, if some worker counts them (BullMQ's worker option {@code
   * metrics}).
   *
   * @param outcome {@link JobState#COMPLETED} or {@link JobState#FAILED}
   * @param start the first minute, from 0, the newest
   * @param end the last, included; -1 = to the oldest
   */
  public CompletableFuture<JobMetrics> metrics(JobState outcome, long start, long end) {
    return JobMetrics.read(queue, outcome, start, end);
  }

  /** The BullMQ workers that wait for jobs of this queue now. One command. */
  public CompletableFuture<List<WorkerClient>> workers() {
    return WorkerClient.of(queue);
  }

  private static int notNegative(String what, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " " + value + " is negative; 0 means all");
    }
    return value;
  }
}
