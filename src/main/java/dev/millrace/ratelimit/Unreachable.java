package dev.millrace.ratelimit;

import dev.millrace.ratelimit.Decision.Source;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Decides while Redis does not, as the limit says. */
final class Unreachable {

  /** About when the client asks Redis again after a failure. */
  static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private final LocalLimits local;
  private final Clock clock;

  Unreachable(LocalLimits local, Clock clock) {
    this.local = local;
    this.clock = clock;
  }

  Decision take(Question asked) {
    return asked.limit().whenUnreachable() == WhenUnreachable.LOCAL
        ? local.take(asked)
        : fixed(asked.limit());
  }

  Decision look(Question asked) {
    return asked.limit().whenUnreachable() == WhenUnreachable.LOCAL
        ? local.look(asked)
        : fixed(asked.limit());
  }

  private Decision fixed(RateLimit limit) {
    Instant now = clock.instant();
    return limit.whenUnreachable() == WhenUnreachable.OPEN
        ? open(Source.OPEN, limit, now)
        : new Decision(
            limit.name(),
            false,
            limit.capacity(),
            0,
            now.plus(ASK_AGAIN),
            ASK_AGAIN,
            Source.CLOSED,
            now);
  }

  /** What lets pass without counting. */
  static Decision open(Source source, RateLimit limit, Instant now) {
    return new Decision(
        limit.name(), true, limit.capacity(), limit.capacity(), now, Duration.ZERO, source, now);
  }
}
