package dev.millrace.cache;

import com.fasterxml.jackson.core.type.TypeReference;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.millrace.rest.client.RestRedis;
import dev.millrace.setting.Spelling;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The caches that {@code millrace.cache.caches} names.
 *
 * <p>Dropping is for those who changed what a cache was loaded from. It costs one command however
 * many entries go, and reaches copies in this process at once and those in others when their {@code
 * near.max-staleness} is over.
 */
public final class Caches implements AutoCloseable {

  /** Under which commands are counted that are for no cache in particular. */
  static final String NONE = "none";

  private static final Logger LOG = LoggerFactory.getLogger(Caches.class);

  private final Map<String, Region> regions = new TreeMap<>();
  private final Map<View, Cache<?>> views = new ConcurrentHashMap<>();
  private final Set<String> tags = new TreeSet<>();
  private final Region anyRegion;
  private final Surroundings around;

  private record View(String name, Type type) {}

  Caches(CacheProperties properties, RestRedis redis, MeterRegistry meters, Surroundings around) {
    this.around = around;
    Ticker ticker = around.ticker();
    KeySpace keys = new KeySpace(properties.prefix());
    MarkVersions versions = new MarkVersions(properties.maxTtl(), ticker);
    properties
        .caches()
        .forEach(
            (name, settings) -> {
              tags.addAll(settings.tags());
              CacheMeters counted = new CacheMeters(meters, name);
              regions.put(
                  name,
                  new Region(
                      name,
                      settings,
                      settings.pattern(),
                      new FarCache(redis, keys, versions, counted),
                      new NearCache(settings.near(), ticker),
                      counted));
            });
    CacheMeters uncounted = new CacheMeters(meters, NONE);
    anyRegion =
        new Region(
            NONE,
            null,
            null,
            new FarCache(redis, keys, versions, uncounted),
            new NearCache(CacheSettings.Near.NONE, ticker),
            uncounted);
  }

  /**
   * A cache as one of values of a type; always the same object for the same name and type.
   *
   * @param type that is not generic
   * @throws IllegalArgumentException when no cache has that name
   */
  public <T> Cache<T> cache(String name, Class<T> type) {
    return view(name, type);
  }

  /** A cache of values of a generic type, such as {@code new TypeReference<List<Contact>>() {}}. */
  public <T> Cache<T> cache(String name, TypeReference<T> type) {
    return view(name, type.getType());
  }

  /**
   * Drops the entries of a cache whose keys begin with these values; a single one when all are
   * given, and all of the cache without any. When Redis cannot be told, that is logged and counted,
   * and the entries stay until their time is over.
   *
   * @param values for the first names in the cache's key, in their order
   * @throws IllegalArgumentException when no cache has that name, or a value does not end before a
   *     colon of the key
   */
  public void drop(String name, Object... values) {
    Region region = region(name);
    drop(region, List.of(region.pattern().under(values)));
  }

  /**
   * Drops for many what {@link #drop} does for one: those entries of a cache whose keys begin with
   * one of the values. A command for each, in one request.
   */
  public void dropEach(String name, Collection<?> firstValues) {
    Region region = region(name);
    if (!firstValues.isEmpty()) {
      drop(
          region,
          firstValues.stream().map(value -> region.pattern().under(value)).distinct().toList());
    }
  }

  /**
   * Drops all entries with a tag of the settings, whatever cache they are in.
   *
   * @param tag as caches have it, such as {@code contacts:{userId}}
   * @param values for the names in it, in their order
   * @throws IllegalArgumentException when no cache has that tag, or a value is missing or empty
   */
  public void dropTagged(String tag, Object... values) {
    if (!tags.contains(tag)) {
      throw new IllegalArgumentException(
          "No cache among millrace.cache.caches has the tag \""
              + tag
              + "\""
              + Spelling.nearest(tag, tags)
                  .map(near -> ". Did you mean \"" + near + "\"?")
                  .orElse("; there are " + String.join(", ", tags) + "."));
    }
    dropTag(KeyPattern.tag(tag, values));
  }

  /**
   * Drops all entries with exactly this tag, such as one that {@link CacheKey#tagged} gave them.
   *
   * @throws IllegalArgumentException when it cannot be a tag
   */
  public void dropTag(String tag) {
    CacheKey.checkTag(tag);
    drop(anyRegion, List.of(Marker.ofTag(tag)));
  }

  /**
   * Drops all entries whose keys lie under a prefix, such as {@code calendar:slots:42}, whatever
   * cache they are in.
   *
   * @throws IllegalArgumentException when it cannot be a prefix
   */
  public void dropPrefix(String prefix) {
    CacheKey.checkPrefix(prefix);
    drop(anyRegion, List.of(Marker.ofTag(prefix)));
  }

  /** Single entries by their whole key. */
  CacheStore store() {
    return new CacheStore(anyRegion.far(), anyRegion.meters(), this, around.clock());
  }

  /** Loads that run are interrupted. */
  @Override
  public void close() {
    around.threads().shutdownNow();
  }

  /** Redis first: what is read here afterwards is of after the drop. */
  private boolean drop(Region region, Collection<String> markers) {
    boolean done = region.tell(() -> region.far().drop(markers));
    forget(markers);
    region.meters().dropped(done);
    if (!done) {
      LOG.warn(
          "Redis could not be told to drop entries of cache {}; they stay until their time is over",
          region.name());
    }
    return done;
  }

  /** Copies and loads in this process go. */
  void forget(Collection<String> markers) {
    regions.values().forEach(region -> region.near().drop(markers));
    views.values().forEach(view -> view.forget(markers));
  }

  @SuppressWarnings("unchecked")
  private <T> Cache<T> view(String name, Type type) {
    Region region = region(name);
    return (Cache<T>)
        views.computeIfAbsent(
            new View(name, type), view -> new Cache<T>(region, Codec.of(type), this::drop, around));
  }

  private Region region(String name) {
    Region region = regions.get(name);
    if (region == null) {
      throw new IllegalArgumentException(
          "Cache \""
              + name
              + "\" is not among millrace.cache.caches"
              + Spelling.nearest(name, regions.keySet())
                  .map(near -> ". Did you mean \"" + near + "\"?")
                  .orElse("; there are " + String.join(", ", regions.keySet()) + "."));
    }
    return region;
  }
}
