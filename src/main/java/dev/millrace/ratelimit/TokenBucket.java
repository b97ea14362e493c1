package dev.millrace.ratelimit;

import dev.millrace.rest.client.Reply;
import java.util.List;

/** {@link Algorithm#TOKEN_BUCKET}: a level, in which one token is as much as a window has ms. */
final class TokenBucket extends Counting {

  TokenBucket() {
    super("token_bucket", 3);
  }

  @Override
  long[] takeArguments(RateLimit limit, long now, long weight) {
    return new long[] {now, weight, limit.quota(), limit.windowMillis(), limit.burst()};
  }

  @Override
  long[] giveBackArguments(RateLimit limit, long taken, long weight) {
    return takeArguments(limit, taken, weight);
  }

  @Override
  Standing taken(RateLimit limit, long now, long weight, List<Reply> answer) {
    return standing(limit, answer.get(0).integer() == 1, answer.get(1).integer(), weight)
        .later(Math.max(0, answer.get(2).integer() - now));
  }

  @Override
  Standing looked(RateLimit limit, long now, String stored) {
    long window = limit.windowMillis();
    long full = limit.burst() * window;
    long level =
        Stored.numbers(stored)
            .filter(state -> state[2] > 0)
            .map(
                state -> {
                  long had = state[2] == window ? state[0] : state[0] / state[2] * window;
                  long passed = Math.max(0, now - state[1]);
                  long untilFull = Math.ceilDiv(Math.max(0, full - had), limit.quota());
                  return passed >= untilFull ? full : had + passed * limit.quota();
                })
            .orElse(full);
    long then = Stored.numbers(stored).map(state -> Math.max(now, state[1])).orElse(now);
    return standing(limit, level >= window, level, 1).later(then - now);
  }

  private static Standing standing(RateLimit limit, boolean allowed, long level, long weight) {
    long remaining = level / limit.windowMillis();
    return new Standing(
        allowed,
        remaining,
        remaining == limit.burst() ? 0 : waitFor(limit, level, remaining + 1),
        allowed ? 0 : waitFor(limit, level, weight));
  }

  private static long waitFor(RateLimit limit, long level, long tokens) {
    return Math.max(0, Math.ceilDiv(tokens * limit.windowMillis() - level, limit.quota()));
  }
}
