package dev.millrace.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.millrace.ratelimit.Decision.Source;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Counts in this instance's memory, while Redis is away. Each replica lets the whole quota pass;
 * windows begin with the first that is counted.
 */
final class LocalLimits {

  /** About 500 bytes each. */
  private static final int MOST = 20_000;

  private final Cache<Owner, Bucket> buckets;
  private final Clock clock;
  private final TimeMeter time;

  LocalLimits(Clock clock) {
    this.clock = clock;
    this.time =
        new TimeMeter() {
          @Override
          public long currentTimeNanos() {
            return TimeUnit.MILLISECONDS.toNanos(clock.millis());
          }

          @Override
          public boolean isWallClockBased() {
            return true;
          }
        };
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .ticker(time::currentTimeNanos)
            .executor(Runnable::run)
            // After that long without use a bucket is full, as a new one would be.
            .expireAfter(Expiry.<Owner, Bucket>accessing((owner, bucket) -> owner.untilFull()))
            .build();
  }

  Decision take(Question asked) {
    Bucket bucket = bucket(asked);
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(asked.weight());
    return decision(
        asked.limit(),
        bucket,
        probe.isConsumed(),
        probe.getRemainingTokens(),
        probe.getNanosToWaitForRefill());
  }

  Decision look(Question asked) {
    Bucket bucket = bucket(asked);
    EstimationProbe probe = bucket.estimateAbilityToConsume(asked.weight());
    return decision(
        asked.limit(),
        bucket,
        probe.canBeConsumed(),
        probe.getRemainingTokens(),
        probe.getNanosToWaitForRefill());
  }

  void giveBack(Question asked) {
    bucket(asked).addTokens(asked.weight());
  }

  /** Whatever quotas the subject was asked with. */
  void forget(String key) {
    buckets.asMap().keySet().removeIf(owner -> owner.key().equals(key));
  }

  private Decision decision(
      RateLimit limit, Bucket bucket, boolean allowed, long remaining, long waitNanos) {
    long moreNanos =
        remaining >= limit.capacity()
            ? 0
            : bucket.estimateAbilityToConsume(remaining + 1).getNanosToWaitForRefill();
    return new Standing(allowed, remaining, millis(moreNanos), millis(waitNanos))
        .by(Source.LOCAL, limit, clock.instant());
  }

  private static long millis(long nanos) {
    return Math.ceilDiv(nanos, TimeUnit.MILLISECONDS.toNanos(1));
  }

  private Bucket bucket(Question asked) {
    return buckets.get(
        owner(asked),
        owner ->
            Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(bandwidth(asked.limit()))
                .build());
  }

  private static Bandwidth bandwidth(RateLimit limit) {
    return limit.algorithm() == Algorithm.TOKEN_BUCKET
        ? Bandwidth.builder()
            .capacity(limit.burst())
            .refillGreedy(limit.quota(), limit.window())
            .build()
        : Bandwidth.builder()
            .capacity(limit.quota())
            .refillIntervally(limit.quota(), limit.window())
            .build();
  }

  private static Owner owner(Question asked) {
    RateLimit limit = asked.limit();
    return new Owner(asked.key(), limit.quota(), limit.burst(), limit.window());
  }

  /** A changed quota begins with another bucket. */
  private record Owner(String key, long quota, long burst, Duration window) {

    Duration untilFull() {
      return window.multipliedBy(Math.ceilDiv(burst, quota));
    }
  }
}
