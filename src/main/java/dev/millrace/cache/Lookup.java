package dev.millrace.cache;

import dev.millrace.cache.Found.Result;
import dev.millrace.rest.client.RestRedisException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds an entry, or gets leave to load it: among all replicas only one does, if they can tell. */
final class Lookup<T> {

  private static final Logger LOG = LoggerFactory.getLogger(Lookup.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final Region region;
  private final Entries<T> entries;
  private final Loading<T> loading;
  private final Clock clock;
  private final Pause pause;
  private final Executor threads;
  private final Set<CacheKey> refreshing = ConcurrentHashMap.newKeySet();

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
      Permit permit = new Permit(clock.instant(), null, false, region.near().drops());
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
    Permit permit = new Permit(clock.instant(), null, false, region.near().drops());
    try {
      Duration lock = region.settings().lock();
      Duration waited = Duration.ZERO;
      Duration next = FIRST_PAUSE;
      String wanted = null;
      while (true) {
        FarRead read = region.far().read(key);
        Optional<Envelope<T>> hit = hit(key, read, permit);
        permit = new Permit(permit.asOf(), read.stamp(), false, permit.drops());
        if (hit.isPresent()) {
          refreshIfDue(key, loader, hit.get(), permit);
          return found(Result.FAR, read.text(), hit.get());
        }
        if (waited.compareTo(lock) >= 0) {
          break;
        }
        // Who waits for a load from before a drop would get nothing from it.
        if (!read.stamp().equals(wanted)) {
          wanted = read.stamp();
          if (region.far().lock(key, wanted, lock)) {
            permit = permit.withLock();
            break;
          }
        }
        Duration left = lock.minus(waited);
        Duration now = next.compareTo(left) < 0 ? next : left;
        pause.pause(now);
        waited = waited.plus(now);
        next =
            next.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                ? next.multipliedBy(2)
                : LONGEST_PAUSE;
        permit = new Permit(clock.instant(), null, false, region.near().drops());
      }
    } catch (RestRedisException e) {
      region.failed(e);
      permit = new Permit(permit.asOf(), null, false, permit.drops());
    }
    return loading.load(key, loader, permit);
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
    if (due > 0 && entry.age(now) >= due && refreshing.add(key)) {
      threads.execute(() -> refresh(key, loader, permit));
    }
  }

  private void refresh(CacheKey key, Supplier<? extends T> loader, Permit permit) {
    try {
      // The lock of a refresh that failed is left to run out, so that it is not tried at every hit.
      if (region.ask(
          () -> region.far().lock(key, permit.stamp(), region.settings().lock()), false)) {
        loading.refresh(key, loader, permit);
      }
    } catch (RuntimeException e) {
      LOG.warn("an entry of cache {} could not be refreshed, the old one stays", region.name(), e);
    } finally {
      refreshing.remove(key);
    }
  }

  private Found<T> found(Result where, String text, Envelope<T> entry) {
    return Found.of(entry.negative() ? Result.NEGATIVE : where, text, entry.value());
  }
}
