package dev.millrace.ratelimit;

import dev.millrace.rest.client.Reply;
import java.util.List;

/** {@link Algorithm#SLIDING_WINDOW}: counters of this window and of the one before. */
final class SlidingWindow extends Counting {

  SlidingWindow() {
    super("sliding_window", 4);
  }

  @Override
  long[] takeArguments(RateLimit limit, long now, long weight) {
    return new long[] {now, weight, limit.quota(), limit.windowMillis()};
  }

  @Override
  long[] giveBackArguments(RateLimit limit, long taken, long weight) {
    return new long[] {taken, weight, limit.windowMillis()};
  }

  @Override
  Standing taken(RateLimit limit, long now, long weight, List<Reply> answer) {
    long start = answer.get(1).integer();
    Counters counters =
        new Counters(
            limit.quota(),
            limit.windowMillis(),
            Math.max(0, now - start),
            answer.get(2).integer(),
            answer.get(3).integer());
    return counters.standing(answer.get(0).integer() == 1, weight).later(Math.max(0, start - now));
  }

  @Override
  Standing looked(RateLimit limit, long now, String stored) {
    long window = limit.windowMillis();
    Counters counters =
        Stored.numbers(stored)
            .map(
                state -> {
                  long then = Math.max(now, state[0]);
                  long passed = then % window;
                  long start = then - passed;
                  if (state[0] >= start) {
                    return new Counters(limit.quota(), window, passed, state[1], state[2]);
                  }
                  long previous = state[0] >= start - window ? state[1] : 0;
                  return new Counters(limit.quota(), window, passed, 0, previous);
                })
            .orElseGet(() -> new Counters(limit.quota(), window, now % window, 0, 0));
    long then = Stored.numbers(stored).map(state -> Math.max(now, state[0])).orElse(now);
    return counters.standing(counters.waitFor(1) == 0, 1).later(then - now);
  }

  /**
   * @param passed ms of this window that are over
   * @param current taken in it
   * @param previous taken in the one before
   */
  private record Counters(long quota, long window, long passed, long current, long previous) {

    Standing standing(boolean allowed, long weight) {
      long free = quota * window - previous * (window - passed) - current * window;
      long remaining = Math.max(0, Math.floorDiv(free, window));
      boolean untouched = current == 0 && previous == 0;
      return new Standing(
          allowed,
          remaining,
          untouched ? 0 : waitFor(Math.min(quota, remaining + 1)),
          allowed ? 0 : waitFor(weight));
    }

    /** In ms, if nothing more is taken. */
    long waitFor(long amount) {
      if (previous * (window - passed) + (current + amount) * window <= quota * window) {
        return 0;
      }
      if (current + amount <= quota) {
        return window - (quota - current - amount) * window / previous - passed;
      }
      // What counts fully now begins to fade when this window is over.
      long next = Math.max(0, window - (quota - amount) * window / current);
      return window - passed + next;
    }
  }
}
