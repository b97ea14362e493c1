package dev.millrace.queue;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * How many jobs finished, in BullMQ's per-minute metrics.
 *
 * @param count all that finished since counting began
 * @param countedUntil when the last whole minute was closed; null = nothing was counted yet
 * @param countThen the count at that time
 * @param perMinute jobs per minute, the newest whole minute first
 * @param minutes how many minutes are kept in all
 */
public record JobMetrics(
    long count, Instant countedUntil, long countThen, List<Long> perMinute, long minutes) {

  /** Three commands. */
  static CompletableFuture<JobMetrics> read(
      QueueCommands queue, JobState outcome, long start, long end) {
    if (outcome != JobState.COMPLETED && outcome != JobState.FAILED) {
      throw new IllegalArgumentException(
          "there are no metrics of " + outcome.text() + " jobs; use completed or failed");
    }
    byte[] hash = queue.key("metrics:" + outcome.key());
    byte[] list = queue.key("metrics:" + outcome.key() + ":data");
    CompletableFuture<List<String>> meta =
        queue
            .send(
                c ->
                    c.hmget(
                        hash,
                        QueueCommands.bytes("count"),
                        QueueCommands.bytes("prevTS"),
                        QueueCommands.bytes("prevCount")))
            .thenApply(
                values ->
                    values.stream()
                        .map(v -> v.hasValue() ? QueueCommands.text(v.getValue()) : "")
                        .toList());
    CompletableFuture<List<Long>> points =
        queue
            .send(c -> c.lrange(list, start, end))
            .thenApply(rows -> rows.stream().map(row -> number(QueueCommands.text(row))).toList());
    CompletableFuture<Long> kept = queue.send(c -> c.llen(list));
    return meta.thenCombine(
        points.thenCombine(kept, (p, k) -> new JobMetrics(0, null, 0, p, k)),
        (m, rest) ->
            new JobMetrics(
                number(m.get(0)),
                m.get(1).isEmpty() ? null : Instant.ofEpochMilli(number(m.get(1))),
                number(m.get(2)),
                rest.perMinute,
                rest.minutes));
  }

  /** What is no number counts as none, as in BullMQ. */
  private static long number(String text) {
    try {
      return text.isEmpty() ? 0 : (long) Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
