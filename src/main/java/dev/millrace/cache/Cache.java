package dev.millrace.cache;

import dev.millrace.cache.Found.Result;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A cache of values of one type. Get one from {@link Caches}.
 *
 * <p>Nothing here fails because of Redis: what it cannot be asked for is loaded, what it cannot be
 * told is lost, and both are counted. The commands that an operation costs stand beside it; a copy
 * in this process costs none.
 */
public final class Cache<T> {

  private final Region region;
  private final Entries<T> entries;
  private final Lookup<T> lookup;
  private final Loading<T> loading;
  private final SharedLoads<Found<T>> loads;
  private final Drops drops;

  Cache(Region region, Codec<T> codec, Drops drops, Surroundings around) {
    this.region = region;
    this.drops = drops;
    this.entries = new Entries<>(codec, region.meters());
    this.loading = new Loading<>(region, entries, around);
    this.lookup = new Lookup<>(region, entries, loading, around);
    this.loads = new SharedLoads<>(around.threads());
  }

  /**
   * The key of an entry.
   *
   * @param values for the names in the cache's key, in their order, then for those in its tags that
   *     the key does not have
   * @throws IllegalArgumentException when one is missing or empty
   */
  public CacheKey key(Object... values) {
    return region.pattern().key(values);
  }

  /** The value; empty when there is none, and when it is known that there is none. 1 command. */
  public Optional<T> get(CacheKey key) {
    return get(key, permit -> {});
  }

  /**
   * The value; if there is no entry, what the loader makes of it, which is then kept. Callers who
   * ask for the same at the same time wait for one load, also in other replicas. It runs on a
   * thread of its own, outside of the caller's transaction.
   *
   * <p>1 command for an entry; for a load 3, or 2 without {@code load-lock}, or then 1 when nothing
   * is stored. A replica that waits for another's load looks after 50 ms, then in ever longer
   * pauses, each for 1 command.
   *
   * @param loader null says that there is nothing, which is kept for {@code negative-ttl}. What it
   *     throws goes to all who waited, and is not kept. It may ask for other entries, but only on
   *     the thread that it is called on: from others it could wait for itself unnoticed
   * @return empty when there is nothing
   * @throws IllegalStateException when the loader asks for the entry that it loads, itself or
   *     through other loaders, and when it throws a checked exception, which is the cause
   * @throws java.util.concurrent.CancellationException when the caller is interrupted; the load
   *     goes on for the others
   */
  public Optional<T> getOrLoad(CacheKey key, Supplier<? extends T> loader) {
    Found<T> found;
    try {
      found =
          lookup
              .near(key, loader)
              .orElseGet(() -> loads.join(key, () -> lookup.farOrLoaded(key, loader)));
    } catch (RuntimeException | Error e) {
      region.meters().got(Result.FAILED);
      throw e;
    }
    return Optional.ofNullable(value(found));
  }

  /** Whether there is an entry, be it one that says that there is nothing. 1 command. */
  public boolean exists(CacheKey key) {
    Result result = counted(find(key).orNothing()).result();
    return result != Result.MISS && result != Result.ERROR;
  }

  /**
   * Stores a value for the cache's time, as one of now. 1 command, and one more if its marks were
   * not seen here within a minute. What cannot be stored drops what was there, for 1 command more.
   *
   * <p>Not for what was read from the source: if it was dropped since, this makes the old value
   * valid again, and {@link #getOrLoad} does not. After a change of the source, {@link #delete} is
   * better: a load that had begun before the change may store its old value after this.
   *
   * @throws IllegalArgumentException for null; use {@link #setAbsent}
   */
  public void set(CacheKey key, T value) {
    set(key, value, region.settings().ttl());
  }

  /**
   * Stores a value for a time of its own, less the jitter.
   *
   * @param ttl 1 ms to {@code millrace.cache.max-ttl}
   * @throws IllegalArgumentException when it is another, and for null as a value
   */
  public void set(CacheKey key, T value, Duration ttl) {
    if (value == null) {
      throw new IllegalArgumentException("The value is null; use setAbsent.");
    }
    store(key, value, region.far().checked(ttl));
  }

  /** Stores that there is nothing, for {@code negative-ttl}; if that is 0, nothing is done. */
  public void setAbsent(CacheKey key) {
    if (!region.settings().negativeTtl().isZero()) {
      store(key, null, region.settings().negativeTtl());
    }
  }

  /**
   * Drops an entry, and what loads of it have begun before will store. 1 command. Its memory in
   * Redis is free when its time is over.
   *
   * @return false when Redis could not be told, so that it may be there until its time is over
   */
  public boolean delete(CacheKey key) {
    return drops.drop(region, List.of(Marker.ofKey(key.text())));
  }

  /** Who comes from now on does not get what is being loaded. */
  void forget(Collection<String> markers) {
    loads.forget(markers);
  }

  /** As {@link #get}; where there is no entry, leave to {@link #keep} one is given. */
  Optional<T> get(CacheKey key, Consumer<Permit> ifMissing) {
    Turn<T> turn = find(key);
    if (turn.permit() != null) {
      ifMissing.accept(turn.permit());
    }
    return Optional.ofNullable(value(turn.orNothing()));
  }

  /** Keeps what the source said since the leave was given; null says that there is nothing. */
  void keep(CacheKey key, T value, Permit permit) {
    loading.keep(key, value, permit);
  }

  private void store(CacheKey key, T value, Duration ttl) {
    Permit now = lookup.permit();
    String stamp = region.ask(() -> region.far().stamp(key), null);
    List<String> mark = List.of(Marker.ofKey(key.text()));
    if (stamp != null && !loading.keep(key, value, ttl, now.of(stamp))) {
      drops.drop(region, mark);
    }
    region.near().drop(mark);
  }

  private Turn<T> find(CacheKey key) {
    return lookup.near(key).map(found -> Turn.of(found)).orElseGet(() -> lookup.far(key));
  }

  private T value(Found<T> found) {
    return counted(found).value(entries);
  }

  private Found<T> counted(Found<T> found) {
    region.meters().got(found.result());
    return found;
  }
}
