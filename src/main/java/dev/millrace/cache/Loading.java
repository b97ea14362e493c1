package dev.millrace.cache;

import dev.millrace.cache.Found.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Asks the source, and keeps what it says. */
final class Loading<T> {

  private final Region region;
  private final Entries<T> entries;
  private final Surroundings around;

  Loading(Region region, Entries<T> entries, Surroundings around) {
    this.region = region;
    this.entries = entries;
    this.around = around;
  }

  /** Loads for callers who wait; what the loader throws is theirs. */
  Found<T> load(CacheKey key, Supplier<? extends T> loader, Permit permit) {
    Result result = permit.stamp() == null ? Result.ERROR : Result.MISS;
    boolean stored = false;
    try {
      T value = timed(loader, false);
      Envelope<T> entry = envelope(key, value, time(value), permit);
      Optional<String> text = text(entry);
      stored = text.isPresent() && store(key, text.get(), entry, permit);
      return text.isPresent() ? Found.of(result, text.get(), null) : Found.shared(result, value);
    } finally {
      unlockUnless(stored, key, permit);
    }
  }

  /** Loads ahead of time; the old entry stays when that fails. */
  void refresh(CacheKey key, Supplier<? extends T> loader, Permit permit) {
    boolean stored = false;
    try {
      T value = timed(loader, true);
      stored = keep(key, value, permit);
      if (value == null && !stored) {
        region.tell(() -> region.far().remove(key));
        region.near().drop(List.of(Marker.ofKey(key.text())));
      }
    } finally {
      unlockUnless(stored, key, permit);
    }
  }

  /** Keeps what the source said after the leave was given; whether Redis has it. */
  boolean keep(CacheKey key, T value, Permit permit) {
    return keep(key, value, time(value), permit);
  }

  /** Keeps a value for the given time, less the jitter. */
  boolean keep(CacheKey key, T value, Duration ttl, Permit permit) {
    Envelope<T> entry = envelope(key, value, ttl, permit);
    Optional<String> text = text(entry);
    return text.isPresent() && store(key, text.get(), entry, permit);
  }

  private Duration time(T value) {
    return value == null ? region.settings().negativeTtl() : region.settings().ttl();
  }

  private Envelope<T> envelope(CacheKey key, T value, Duration ttl, Permit permit) {
    double part = 1 - region.settings().jitter() * around.random().nextDouble();
    long asOf = permit.asOf().toEpochMilli();
    return new Envelope<>(
        value,
        value == null,
        asOf,
        asOf + (long) Math.ceil(ttl.toMillis() * part),
        permit.stamp(),
        key.tags());
  }

  /** Empty when it is not to be kept: its time is over, or it is no JSON. */
  private Optional<String> text(Envelope<T> entry) {
    return left(entry).isPositive() ? entries.write(entry) : Optional.empty();
  }

  private boolean store(CacheKey key, String text, Envelope<T> entry, Permit permit) {
    Duration left = left(entry);
    boolean stored =
        permit.stamp() != null
            && left.isPositive()
            && region.tell(() -> region.far().write(key, text, left));
    region.near().put(key, text, left, permit);
    return stored;
  }

  /** Counted from before the load, because that is what the marks are of; see MarkVersions. */
  private Duration left(Envelope<T> entry) {
    return entry.remaining(around.clock().instant());
  }

  /** Where there is no entry, others would wait for it in vain. */
  private void unlockUnless(boolean stored, CacheKey key, Permit permit) {
    if (permit.locked() && !stored) {
      region.tell(() -> region.far().unlock(key, permit.stamp()));
    }
  }

  private T timed(Supplier<? extends T> loader, boolean ahead) {
    long begun = around.ticker().read();
    String outcome = "failed";
    try {
      T value = loader.get();
      outcome = value == null ? "absent" : "loaded";
      return value;
    } finally {
      region.meters().loaded(outcome, ahead, Duration.ofNanos(around.ticker().read() - begun));
    }
  }
}
