package dev.millrace.ratelimit;

import dev.millrace.rest.client.Reply;
import java.util.List;

/** {@link Algorithm#FIXED_WINDOW}: a counter for each window. */
final class FixedWindow extends Counting {

  /** A replica whose clock is late still finds its window's counter for so long. */
  private static final long LATEST_MILLIS = 60_000;

  FixedWindow() {
    super("fixed_window", 2);
  }

  @Override
  String at(RateLimit limit, String key, long now) {
    return key + ":" + now / limit.windowMillis();
  }

  @Override
  long[] takeArguments(RateLimit limit, long now, long weight) {
    return new long[] {weight, limit.quota(), left(limit, now) + LATEST_MILLIS};
  }

  @Override
  long[] giveBackArguments(RateLimit limit, long taken, long weight) {
    return new long[] {weight};
  }

  @Override
  Standing taken(RateLimit limit, long now, long weight, List<Reply> answer) {
    return standing(limit, now, answer.get(0).integer() == 1, answer.get(1).integer());
  }

  @Override
  Standing looked(RateLimit limit, long now, String stored) {
    long used = stored == null ? 0 : Stored.number(stored);
    return standing(limit, now, used < limit.quota(), used);
  }

  private static Standing standing(RateLimit limit, long now, boolean allowed, long used) {
    return new Standing(
        allowed,
        Math.max(0, limit.quota() - used),
        used == 0 ? 0 : left(limit, now),
        allowed ? 0 : left(limit, now));
  }

  private static long left(RateLimit limit, long now) {
    return limit.windowMillis() - now % limit.windowMillis();
  }
}
