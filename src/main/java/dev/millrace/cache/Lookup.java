package dev.millrace.cache;

import dev.millrace.cache.Found.Result;
import dev.millrace.rest.client.RestRedisException;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds an entry, or gets leave to load it: among all replicas only one does, if they can tell. */
final class Lookup<T> {

  private static final Logger LOG = LoggerFactory.getLogger(Lookup.class);

  private final Region region;
  private final Entries<T> entries;
  private final Loading<T> loading;
  private final Surroundings around;
  private final Refreshing refreshing;

  Lookup(Region region, Entries<T> entries, Loading<T> loading, Surroundings around) {
    this.region = region;
    this.entries = entries;
    this.loading = loading;
    this.around = around;
    this.refreshing = new Refreshing(region.settings().lock(), around.ticker());
  }

  /** The copy in this process. */
  Optional<Found<T>> near(CacheKey key) {
    return region
        .near()
        .get(key)
        .flatMap(
            copy -> entries.read(copy.text()).map(entry -> found(Result.NEAR, copy.text(), entry)));
  }

  /** The same; one that is due is loaded anew, under the marks that it was stored with. */
  Optional<Found<T>> near(CacheKey key, Supplier<? extends T> loader) {
    Permit permit = permit();
    return region
        .near()
        .get(key)
        .flatMap(
            copy ->
                entries
                    .read(copy.text())
                    .map(
                        entry -> {
                          refreshIfDue(key, loader, entry, permit.of(entry.stamp()));
                          return found(Result.NEAR, copy.text(), entry);
                        }));
  }

  /** The entry in Redis, or leave to store what the source says from now on. */
  Turn<T> far(CacheKey key) {
    Permit permit = permit();
    try {
      FarRead read = region.far().read(key);
      Permit current = permit.of(read.stamp());
      return hit(key, read, read(read), current)
          .map(entry -> Turn.of(found(Result.FAR, read.text(), entry)))
          .orElseGet(() -> Turn.of(current));
    } catch (RestRedisException e) {
      region.failed(e);
      return Turn.of(permit);
    }
  }

  /** The entry in Redis, or what the loader makes. */
  Found<T> farOrLoaded(CacheKey key, Supplier<? extends T> loader) {
    Turn<T> turn = turn(key, loader);
    return turn.found() != null ? turn.found() : loading.load(key, loader, turn.permit());
  }

  private Turn<T> turn(CacheKey key, Supplier<? extends T> loader) {
    Waits waits = new Waits(region.settings().lock(), around.pause());
    try {
      Permit permit = permit();
      FarRead read = region.far().read(key);
      while (true) {
        permit = permit.of(read.stamp());
        Optional<Envelope<T>> entry = read(read);
        Optional<Envelope<T>> hit = hit(key, read, entry, permit);
        if (hit.isPresent()) {
          refreshIfDue(key, loader, hit.get(), permit);
          return Turn.of(found(Result.FAR, read.text(), hit.get()));
        }
        // Who waited for another version of this program would not understand its entry either.
        boolean unreadable = read.text() != null && entry.isEmpty();
        if (waits.over() || unreadable) {
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
  Permit permit() {
    return new Permit(
        around.clock().instant(), null, false, region.near().drops(), around.ticker().read());
  }

  private Optional<Envelope<T>> read(FarRead read) {
    return read.text() == null ? Optional.empty() : entries.read(read.text());
  }

  /** The entry, if nothing that it goes with was dropped since it was stored. */
  private Optional<Envelope<T>> hit(
      CacheKey key, FarRead read, Optional<Envelope<T>> stored, Permit permit) {
    Optional<Envelope<T>> hit = stored.filter(entry -> read.stamp().equals(entry.stamp()));
    hit.ifPresent(
        entry ->
            region.near().put(key, read.text(), entry.remaining(around.clock().instant()), permit));
    return hit;
  }

  private void refreshIfDue(
      CacheKey key, Supplier<? extends T> loader, Envelope<T> entry, Permit permit) {
    double due = region.settings().refreshAhead();
    if (due > 0
        && permit.stamp() != null
        && entry.age(around.clock().instant()) >= due
        && refreshing.begin(key)) {
      around.threads().execute(() -> refresh(key, loader, permit));
    }
  }

  private void refresh(CacheKey key, Supplier<? extends T> loader, Permit permit) {
    try {
      if (region.ask(
          () -> region.far().lock(key, permit.stamp(), region.settings().lock()), false)) {
        loading.refresh(key, loader, permit.withLock());
      }
    } catch (Throwable e) {
      LOG.warn("an entry of cache {} could not be refreshed, the old one stays", region.name(), e);
    } finally {
      refreshing.end(key);
    }
  }

  private Found<T> found(Result where, String text, Envelope<T> entry) {
    return Found.of(entry.negative() ? Result.NEGATIVE : where, text, entry.value());
  }
}
