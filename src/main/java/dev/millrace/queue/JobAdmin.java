package dev.millrace.queue;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Manages one job, whether it runs or not and whoever added it. Get it from {@link QueueAdmin#job}.
 *
 * <p>What cannot be done ends in a {@link QueueRefusal}, and nothing was changed.
 */
public final class JobAdmin {

  /** What a retried job forgets besides its outcome. */
  public enum Reset {
    /** It has all its attempts again. */
    ATTEMPTS_MADE("atm"),
    /** The count of runs begun starts anew. */
    ATTEMPTS_STARTED("ats");

    private final String field;

    Reset(String field) {
      this.field = field;
    }
  }

  private final QueueCommands queue;
  private final String id;

  JobAdmin(QueueCommands queue, String id) {
    this.queue = queue;
    this.id = QueueCommands.requireId(id);
  }

  public String id() {
    return id;
  }

  /** The job; empty when there is none. One command. */
  public CompletableFuture<Optional<Job>> get() {
    return queue
        .line()
        .hash(queue.keys().job(id))
        .thenApply(
            hash ->
                hash.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Job.fetched(queue.queue(), id, hash)));
  }

  /**
   * Where the job is; empty when its id is nowhere. What BullMQ 5 or Bull paused is {@link
   * JobState#WAITING}.
   */
  public CompletableFuture<Optional<JobState>> state() {
    return queue.run(Script.STATE, id).thenApply(reply -> JobState.find((String) reply.get(0)));
  }

  /** Lets a delayed job run now. */
  public CompletableFuture<Void> promote() {
    return expect("promote", JobState.DELAYED, queue.run(Script.PROMOTE, id));
  }

  /** Lets a delayed job run that long from now; 0 or more. */
  public CompletableFuture<Void> changeDelay(Duration delay) {
    long millis = QueueCommands.millis("delay", delay);
    return expect(
        "change the delay of",
        JobState.DELAYED,
        queue.run(Script.RESCHEDULE, id, millis, queue.clock().millis()));
  }

  /**
   * Gives the job another priority. A job that waits changes its place at once, any other when it
   * next waits.
   *
   * @param priority 1 is taken first, up to {@value JobOptions#MAX_PRIORITY}; 0 = none, which is
   *     taken before all
   * @param lifo in front of those with the same priority, instead of behind them
   */
  public CompletableFuture<Void> changePriority(int priority, boolean lifo) {
    if (priority < 0 || priority > JobOptions.MAX_PRIORITY) {
      throw new IllegalArgumentException(
          "priority "
              + priority
              + " is outside 0 to "
              + JobOptions.MAX_PRIORITY
              + " (1 is taken first)");
    }
    return expect(
        "change the priority of", null, queue.run(Script.REPRIORITIZE, id, priority, flag(lifo)));
  }

  /**
   * Lets a finished job run once more, at the place that its priority and lifo say. A flow's child
   * is waited for again if its parent still waits.
   *
   * @param from {@link JobState#FAILED} or {@link JobState#COMPLETED}, where the job must be
   */
  public CompletableFuture<Void> retry(JobState from, Reset... resets) {
    if (from != JobState.FAILED && from != JobState.COMPLETED) {
      throw new IllegalArgumentException(
          "jobs that are " + from.text() + " cannot be retried; use failed or completed");
    }
    Object[] arguments = new Object[2 + resets.length];
    arguments[0] = id;
    arguments[1] = from.key();
    for (int i = 0; i < resets.length; i++) {
      arguments[2 + i] = resets[i].field;
    }
    return expect("retry", from, queue.run(Script.RETRY, arguments));
  }

  /** As {@link #remove(boolean)}, with its children. */
  public CompletableFuture<Boolean> remove() {
    return remove(true);
  }

  /**
   * Removes the job from whatever state, with its logs and its deduplication id. A parent that
   * waited for nothing else goes on.
   *
   * @param removeChildren the jobs of its flow too, finished ones included; refused when one of
   *     those that it waits for runs
   * @return false when there is no such job
   */
  public CompletableFuture<Boolean> remove(boolean removeChildren) {
    return queue
        .run(Script.REMOVE, id, flag(removeChildren))
        .thenApply(
            reply -> {
              int code = (int) QueueCommands.number(reply.get(0));
              String found = (String) reply.get(1);
              if (code == -8) {
                throw QueueRefusal.scheduled(queue.queue(), id, found);
              }
              if (code == -2) {
                throw QueueRefusal.locked(queue.queue(), id, found);
              }
              return code == 1;
            });
  }

  /**
   * Removes the children that the job still waits for, with theirs, but for those that run or have
   * failed. When none is left the job goes on.
   *
   * @return how many of its own children were removed
   */
  public CompletableFuture<Long> removeUnprocessedChildren() {
    return queue
        .run(Script.REMOVE_CHILDREN, id)
        .thenApply(reply -> QueueCommands.number(reply.get(0)));
  }

  /**
   * Makes the job one of its own: its parent waits for it no longer, and goes on if it waited for
   * nothing else.
   *
   * @return false when no parent waits for the job
   */
  public CompletableFuture<Boolean> removeChildDependency() {
    return queue
        .run(Script.LEAVE_PARENT, id)
        .thenApply(
            reply -> {
              int code = (int) QueueCommands.number(reply.get(0));
              if (code == -1) {
                throw QueueRefusal.missing(queue.queue(), id, "remove the child dependency of");
              }
              if (code == -5) {
                throw QueueRefusal.parentless(queue.queue(), id, (String) reply.get(1));
              }
              return code == 1;
            });
  }

  /** Frees the job's deduplication id; false when it owns none. */
  public CompletableFuture<Boolean> removeDeduplicationKey() {
    return queue
        .run(Script.UNDEDUPLICATE, id)
        .thenApply(reply -> QueueCommands.number(reply.get(0)) == 1);
  }

  /** Gives the job other data, JSON text. A run that has begun does not see it. */
  public CompletableFuture<Void> updateData(String data) {
    Json.read("the data of job " + id, data);
    return note("update the data of", "data", data, "").thenAccept(lines -> {});
  }

  /** Tells how far the job is: JSON text, by custom a number from 0 to 100 or an object. */
  public CompletableFuture<Void> updateProgress(String progress) {
    Json.read("the progress of job " + id, progress);
    return note("update the progress of", "progress", progress, "").thenAccept(lines -> {});
  }

  /**
   * Logs a line for the job. It keeps as many of the last lines as its option {@code keepLogs}
   * says, without it all.
   *
   * @return how many lines there are now
   */
  public CompletableFuture<Long> addLog(String line) {
    return note("log for", "log", line, "");
  }

  /**
   * Logs a line for the job.
   *
   * @param keepLogs how many of the last lines stay; 0 = all
   * @return how many lines there are now
   */
  public CompletableFuture<Long> addLog(String line, int keepLogs) {
    return note("log for", "log", line, notNegative(keepLogs));
  }

  /**
   * Reads what was logged.
   *
   * @param start the first line, from 0
   * @param end the last line, included; -1 = to the end
   * @param ascending the oldest first, and counted from there; else the newest
   */
  public CompletableFuture<JobLogs> logs(long start, long end, boolean ascending) {
    byte[] key = queue.key(id + ":logs");
    long first = ascending ? start : -(end + 1);
    long last = ascending ? end : -(start + 1);
    CompletableFuture<List<byte[]>> lines = queue.send(c -> c.lrange(key, first, last));
    return lines.thenCombine(
        queue.send(c -> c.llen(key)),
        (found, total) -> {
          List<String> texts =
              new java.util.ArrayList<>(found.stream().map(QueueCommands::text).toList());
          if (!ascending) {
            Collections.reverse(texts);
          }
          return new JobLogs(List.copyOf(texts), total);
        });
  }

  /** Deletes what was logged, but for the last {@code keepLogs} lines. */
  public CompletableFuture<Void> clearLogs(int keepLogs) {
    notNegative(keepLogs);
    byte[] key = queue.key(id + ":logs");
    return keepLogs == 0
        ? queue.send(c -> c.del(key)).thenAccept(deleted -> {})
        : queue.send(c -> c.ltrim(key, -keepLogs, -1)).thenAccept(ok -> {});
  }

  private CompletableFuture<Long> note(String operation, String what, String text, Object keep) {
    return queue
        .run(Script.NOTE, id, what, text, keep)
        .thenApply(
            reply -> {
              if (QueueCommands.number(reply.get(0)) < 0) {
                throw QueueRefusal.missing(queue.queue(), id, operation);
              }
              return QueueCommands.number(reply.get(1));
            });
  }

  private CompletableFuture<Void> expect(
      String operation, JobState wanted, CompletableFuture<List<Object>> replied) {
    return replied.thenAccept(
        reply -> {
          int code = (int) QueueCommands.number(reply.get(0));
          if (code == -1) {
            throw QueueRefusal.missing(queue.queue(), id, operation);
          }
          if (code == -3) {
            throw QueueRefusal.notInState(
                queue.queue(), id, operation, wanted.text(), (String) reply.get(1));
          }
        });
  }

  private static int notNegative(int keepLogs) {
    if (keepLogs < 0) {
      throw new IllegalArgumentException("keepLogs " + keepLogs + " is negative; 0 keeps all");
    }
    return keepLogs;
  }

  private static int flag(boolean value) {
    return value ? 1 : 0;
  }
}
