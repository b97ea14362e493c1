package dev.millrace.queue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * What all workers of a queue together may do, whichever fleet they belong to. Get it from {@link
 * QueueAdmin#limits}.
 */
public final class QueueLimits {

  /** More than any rate limit allows: BullMQ writes it to stop all for a while. */
  private static final String FULL = "9007199254740991";

  /**
   * How many jobs may start in which time.
   *
   * @param max at least 1
   * @param duration at least 1 ms
   */
  public record RateLimit(int max, Duration duration) {

    public RateLimit {
      if (max < 1) {
        throw new IllegalArgumentException(
            "rate limit of " + max + " job(s) lets nothing run; use 1 or more, or pause the queue");
      }
      if (duration.toMillis() < 1) {
        throw new IllegalArgumentException(
            "rate limit per " + duration + " is no time; use 1 ms or more");
      }
    }
  }

  private final QueueCommands queue;

  QueueLimits(QueueCommands queue) {
    this.queue = queue;
  }

  /** How many jobs may run at the same time; empty = no limit. */
  public CompletableFuture<OptionalInt> concurrency() {
    return meta("concurrency")
        .thenApply(
            fields -> {
              Long value = number(fields.get(0));
              return value == null ? OptionalInt.empty() : OptionalInt.of(value.intValue());
            });
  }

  /** At most so many jobs run at the same time, 1 or more. What runs already goes on. */
  public CompletableFuture<Void> setConcurrency(int max) {
    if (max < 1) {
      throw new IllegalArgumentException(
          "global concurrency " + max + " lets nothing run; use 1 or more, or pause the queue");
    }
    return change("set", "concurrency", max).thenAccept(changed -> {});
  }

  /** False when there was no limit. */
  public CompletableFuture<Boolean> removeConcurrency() {
    return change("remove", "concurrency");
  }

  /** How many jobs may start in which time; empty = no limit of the queue. */
  public CompletableFuture<Optional<RateLimit>> rateLimit() {
    return meta("max", "duration")
        .thenApply(
            fields -> {
              Long max = number(fields.get(0));
              Long duration = number(fields.get(1));
              return max == null || duration == null || max < 1 || duration < 1
                  ? Optional.empty()
                  : Optional.of(new RateLimit(max.intValue(), Duration.ofMillis(duration)));
            });
  }

  /** Goes before the limits that workers have of their own. */
  public CompletableFuture<Void> setRateLimit(RateLimit limit) {
    return change("set", "max", limit.max(), "duration", limit.duration().toMillis())
        .thenAccept(changed -> {});
  }

  /** False when there was no limit. */
  public CompletableFuture<Boolean> removeRateLimit() {
    return change("remove", "max", "duration");
  }

  /**
   * No job starts for that long, as if a rate limit were used up; for example because another
   * system asked to wait. Workers need a rate limit, of the queue or their own, to look.
   */
  public CompletableFuture<Void> limitFor(Duration duration) {
    long millis = QueueCommands.millis("rate limit duration", duration);
    if (millis == 0) {
      throw new IllegalArgumentException("rate limit duration 0 is no time; use 1 ms or more");
    }
    return queue
        .send(c -> c.psetex(queue.key("limiter"), millis, QueueCommands.bytes(FULL)))
        .thenAccept(ok -> {});
  }

  /** How long no job starts because the rate limit is used up; zero = it is not. Three commands. */
  public CompletableFuture<Duration> limitedFor() {
    byte[] key = queue.key("limiter");
    CompletableFuture<byte[]> started = queue.send(c -> c.get(key));
    CompletableFuture<Long> left = queue.send(c -> c.pttl(key));
    return meta("max")
        .thenCombine(
            started.thenCombine(left, (count, ttl) -> new Long[] {number(count), ttl}),
            (fields, window) -> {
              Long max = number(fields.get(0));
              boolean full = window[0] != null && (max == null || window[0] >= max);
              return full && window[1] > 0 ? Duration.ofMillis(window[1]) : Duration.ZERO;
            });
  }

  /** Ends the wait for the rate limit; false when there was none. */
  public CompletableFuture<Boolean> free() {
    return change("free");
  }

  private CompletableFuture<Boolean> change(Object... arguments) {
    return queue
        .run(Script.LIMIT, arguments)
        .thenApply(reply -> QueueCommands.number(reply.get(0)) == 1);
  }

  private CompletableFuture<List<byte[]>> meta(String... fields) {
    byte[][] names = CommandLine.bytes(List.of(fields));
    return queue
        .send(c -> c.hmget(queue.key("meta"), names))
        .thenApply(
            values -> {
              List<byte[]> found = new java.util.ArrayList<>();
              values.forEach(v -> found.add(v.getValueOrElse(null)));
              return found;
            });
  }

  /** Null when it is absent or, by somebody's hand, no number. */
  private static Long number(byte[] value) {
    try {
      return value == null ? null : (Long) (long) Double.parseDouble(QueueCommands.text(value));
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
