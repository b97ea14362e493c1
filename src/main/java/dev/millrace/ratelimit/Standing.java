package dev.millrace.ratelimit;

import dev.millrace.ratelimit.Decision.Source;
import java.time.Duration;
import java.time.Instant;

/**
 * How a subject stands.
 *
 * @param allowed whether it may, or would be
 * @param remaining how much is left
 * @param moreIn ms until there is more; 0 when all is there
 * @param retryIn ms until what was asked for is there; 0 when it was
 */
record Standing(boolean allowed, long remaining, long moreIn, long retryIn) {

  /** The same told to whoever's clock is late by so many ms. */
  Standing later(long millis) {
    return new Standing(
        allowed, remaining, moreIn == 0 ? 0 : moreIn + millis, retryIn == 0 ? 0 : retryIn + millis);
  }

  Decision by(Source source, RateLimit limit, Instant now) {
    return new Decision(
        limit.name(),
        allowed,
        limit.capacity(),
        remaining,
        now.plusMillis(moreIn),
        // A refusal whose reason ends this very moment is still one.
        allowed ? Duration.ZERO : Duration.ofMillis(Math.max(1, retryIn)),
        source,
        now);
  }
}
