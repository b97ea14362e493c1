package dev.millrace.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.millrace.ratelimit.Decision.Source;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Whom Redis refused, until it would not any more: asking again would cost and change nothing. */
final class RefusedSubjects {

  private final Cache<String, Refusal> refusals;
  private final Clock clock;
  private final AtomicLong forgotten = new AtomicLong();

  /**
   * @param most how many are remembered
   * @param longest how long at most
   */
  RefusedSubjects(long most, Duration longest, Clock clock) {
    this.clock = clock;
    this.refusals =
        Caffeine.newBuilder()
            .maximumSize(most)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .expireAfter(
                Expiry.<String, Refusal>creating(
                    (key, refusal) ->
                        refusal.decision.retryAfter().compareTo(longest) < 0
                            ? refusal.decision.retryAfter()
                            : longest))
            .build();
  }

  /** To be taken before Redis is asked, for {@link #remember}. */
  long mark() {
    return forgotten.get();
  }

  /**
   * Remembers a refusal, unless something was given back since: perhaps that was what it lacked.
   */
  void remember(Question asked, Decision refusal, long mark) {
    // Replaced and not updated: the time that it is kept belongs to this refusal.
    refusals.invalidate(asked.key());
    refusals.put(
        asked.key(),
        new Refusal(
            refusal,
            asked.weight(),
            asked.limit().quota(),
            // Not from now: the answer was on its way for a while.
            refusal.at().plus(refusal.retryAfter())));
    if (forgotten.get() != mark) {
      refusals.invalidate(asked.key());
    }
  }

  /** The refusal again, if as much or more is asked of the same quota or a smaller one. */
  Optional<Decision> refuses(Question asked) {
    Refusal refusal = refusals.getIfPresent(asked.key());
    if (refusal == null
        || asked.weight() < refusal.weight
        || asked.limit().quota() > refusal.quota) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    return refusal.until.isAfter(now) ? Optional.of(refusal.again(asked, now)) : Optional.empty();
  }

  void forget(String key) {
    forgotten.incrementAndGet();
    refusals.invalidate(key);
  }

  private record Refusal(Decision decision, long weight, long quota, Instant until) {

    Decision again(Question asked, Instant now) {
      return new Decision(
          decision.limit(),
          false,
          asked.limit().capacity(),
          Math.min(decision.remaining(), asked.limit().capacity()),
          decision.resetAt().isAfter(now) ? decision.resetAt() : now,
          Duration.between(now, until),
          Source.MEMORY,
          now);
    }
  }
}
