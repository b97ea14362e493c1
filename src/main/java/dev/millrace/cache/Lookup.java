package dev.millrace.cache;

import dev.millrace.cache.Found.Result;
import dev.millrace.rest.client.RestRedisException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds an entry, or gets leave to load it: among all replicas only one does, if they can tell. */
final class Lookup<T> {

  private static final Logger LOG = LoggerFactory.getLogger(Lookup.class);

  private final Region region;
  private final Entries<T> entries;
  private final Loading<T> loading;
  private final Clock clock;
  private final Pause pause;
  private final Executor threads;
  private final Refreshing refreshing;

  Lookup(
      Region region,
      Entries<T> entries,
      Loading<T> loading,
      Clock clock,
      Pause pause,
      Executor threads) {
    this.region = region;
    this.entries = entries;
    this.loading = loading;
    this.clock = clock;
    this.pause = pause;
    this.threads = threads;
    this.refreshing = new Refreshing(region.settings().lock(), clock);
  }

  /** The copy in this process. */
  Optional<Found<T>> near(CacheKey key) {
    return region
        .near()
        .get(key)
        .flatMap(
            copy -> entries.read(copy.text()).map(entry -> found(Result.NEAR, copy.text(), entry)));
  }

  /** The entry in Redis; empty of result miss or error when there is none. */
  Found<T> far(CacheKey key) {
    try {
      Permit permit = permit();
      FarRead read = region.far().read(key);
      return hit(key, read, permit)
          .map(entry -> found(Result.FAR, read.text(), entry))
          .orElseGet(() -> Found.shared(Result.MISS, null));
    } catch (RestRedisException e) {
      region.failed(e);
      return Found.shared(Result.ERROR, null);
    }
  }

  /** The entry in Redis, or what the loader makes. */
  Found<T> farOrLoaded(CacheKey key, Supplier<? extends T> loader) {
    Turn<T> turn = turn(key, loader);
    return turn.found() != null ? turn.found() : loading.load(key, loader, turn.permit());
  }

  private Turn<T> turn(CacheKey key, Supplier<? extends T> loader) {
    Waits waits = new Waits(region.settings().lock(), pause);
    try {
      Permit permit = permit();
      FarRead read = region.far().read(key);
      while (true) {
        permit = permit.of(read.stamp());
        Optional<Envelope<T>> hit = hit(key, read, permit);
        if (hit.isPresent()) {
          refreshIfDue(key, loader, hit.get(), permit);
          return Turn.of(found(Result.FAR, read.text(), hit.get()));
        }
        if (waits.over()) {
          return Turn.of(permit);
        }
        if (!read.locked() && region.far().lock(key, read.stamp(), region.settings().lock())) {
          return Turn.of(permit.withLock());
        }
        waits.next();
        permit = permit();
        read = region.far().readAwaited(key, read.stamp());
      }
    } catch (RestRedisException e) {
      region.failed(e);
      return Turn.of(permit());
    }
  }

  /** Of now, and without Redis. */
  private Permit permit() {
    return new Permit(clock.instant(), null, false, region.near().drops());
  }

  private Optional<Envelope<T>> hit(CacheKey key, FarRead read, Permit permit) {
    Optional<Envelope<T>> hit = entries.valid(read);
    hit.ifPresent(
        entry ->
            region.near().put(key, read.text(), entry.remaining(clock.instant()), permit.drops()));
    return hit;
  }

  private void refreshIfDue(
      CacheKey key, Supplier<? extends T> loader, Envelope<T> entry, Permit permit) {
    double due = region.settings().refreshAhead();
    Instant now = clock.instant();
    if (due > 0 && entry.age(now) >= due && refreshing.begin(key)) {
      threads.execute(() -> refresh(key, loader, permit));
    }
  }

  private void refresh(CacheKey key, Supplier<? extends T> loader, Permit permit) {
    try {
      if (region.ask(
          () -> region.far().lock(key, permit.stamp(), region.settings().lock()), false)) {
        loading.refresh(key, loader, permit);
      }
    } catch (RuntimeException e) {
      LOG.warn("an entry of cache {} could not be refreshed, the old one stays", region.name(), e);
    } finally {
      refreshing.end(key);
    }
  }

  private Found<T> found(Result where, String text, Envelope<T> entry) {
    return Found.of(entry.negative() ? Result.NEGATIVE : where, text, entry.value());
  }
}
