package dev.millrace.cache;

import dev.millrace.cache.Found.Result;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Asks the source, and keeps what it says. */
final class Loading<T> {

  private final Region region;
  private final Entries<T> entries;
  private final Clock clock;
  private final RandomGenerator random;

  Loading(Region region, Entries<T> entries, Clock clock, RandomGenerator random) {
    this.region = region;
    this.entries = entries;
    this.clock = clock;
    this.random = random;
  }

  /** Loads for callers who wait; what the loader throws is theirs. */
  Found<T> load(CacheKey key, Supplier<? extends T> loader, Permit permit) {
    Result result = permit.stamp() == null ? Result.ERROR : Result.MISS;
    T value;
    try {
      value = timed(loader, false);
    } catch (RuntimeException | Error e) {
      unlock(key, permit);
      throw e;
    }
    Envelope<T> entry = envelope(key, value, permit);
    if (entry.remaining(clock.instant()).isZero()) {
      unlock(key, permit);
      return Found.shared(result, value);
    }
    return entries
        .write(entry)
        .map(
            text -> {
              store(key, text, entry, permit);
              return Found.of(result, text, (T) null);
            })
        .orElseGet(
            () -> {
              unlock(key, permit);
              return Found.shared(result, value);
            });
  }

  /** Loads ahead of time; the old entry stays when that fails. */
  void refresh(CacheKey key, Supplier<? extends T> loader, Permit permit) {
    T value = timed(loader, true);
    Envelope<T> entry = envelope(key, value, permit);
    if (entry.remaining(clock.instant()).isPositive()) {
      entries.write(entry).ifPresent(text -> store(key, text, entry, permit));
    } else if (value == null) {
      region.tell(() -> region.far().remove(key));
      region.near().drop(List.of(Marker.ofKey(key.text())));
    }
  }

  /** An entry of the value, or a negative one for null. */
  Envelope<T> envelope(CacheKey key, T value, Permit permit) {
    CacheSettings settings = region.settings();
    return envelope(key, value, value == null ? settings.negativeTtl() : settings.ttl(), permit);
  }

  /** An entry that lives for the given time, less the jitter. */
  Envelope<T> envelope(CacheKey key, T value, Duration ttl, Permit permit) {
    double part = 1 - region.settings().jitter() * random.nextDouble();
    long asOf = permit.asOf().toEpochMilli();
    return new Envelope<>(
        value,
        value == null,
        asOf,
        asOf + (long) Math.ceil(ttl.toMillis() * part),
        permit.stamp(),
        key.tags());
  }

  private void store(CacheKey key, String text, Envelope<T> entry, Permit permit) {
    // Counted from before the load, because that is what the marks are of; see MarkVersions.
    Duration left = entry.remaining(clock.instant());
    if (permit.stamp() != null && left.isPositive()) {
      region.tell(() -> region.far().write(key, text, left));
    }
    region.near().put(key, text, left, permit.drops());
  }

  private void unlock(CacheKey key, Permit permit) {
    if (permit.locked()) {
      region.tell(() -> region.far().unlock(key, permit.stamp()));
    }
  }

  private T timed(Supplier<? extends T> loader, boolean ahead) {
    Instant begun = clock.instant();
    String outcome = "failed";
    try {
      T value = loader.get();
      outcome = value == null ? "absent" : "loaded";
      return value;
    } finally {
      region.meters().loaded(outcome, ahead, Duration.between(begun, clock.instant()));
    }
  }
}
