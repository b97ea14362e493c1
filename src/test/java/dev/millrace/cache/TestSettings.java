package dev.millrace.cache;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Settings of a cache, of which a test changes what it is about. */
final class TestSettings {

  private String key = "thing:{id}";
  private List<String> tags = List.of();
  private Duration ttl = Duration.ofMinutes(10);
  private double jitter;
  private Duration negativeTtl = Duration.ZERO;
  private double refreshAhead;
  private Duration maxStaleness = Duration.ZERO;
  private int maxEntries = 1000;
  private Duration loadLock = Duration.ZERO;

  /** No jitter, no negative entries, no refresh, no copies, no lock. */
  static TestSettings plain() {
    return new TestSettings();
  }

  TestSettings key(String pattern, String... patternsOfTags) {
    key = pattern;
    tags = List.of(patternsOfTags);
    return this;
  }

  TestSettings ttl(Duration time) {
    ttl = time;
    return this;
  }

  TestSettings jitter(double part) {
    jitter = part;
    return this;
  }

  TestSettings negativeTtl(Duration time) {
    negativeTtl = time;
    return this;
  }

  TestSettings refreshAhead(double part) {
    refreshAhead = part;
    return this;
  }

  TestSettings near(Duration staleness) {
    maxStaleness = staleness;
    return this;
  }

  TestSettings nearEntries(int most) {
    maxEntries = most;
    return this;
  }

  /** Null is the usual one. */
  TestSettings lock(Duration time) {
    loadLock = time;
    return this;
  }

  CacheSettings build() {
    return new CacheSettings(
        key,
        tags,
        ttl,
        jitter,
        negativeTtl,
        refreshAhead,
        new CacheSettings.Near(maxStaleness, maxEntries),
        loadLock);
  }

  /** Properties with this as the cache {@code things}. */
  CacheProperties properties() {
    return properties(Map.of("things", build()));
  }

  static CacheProperties properties(Map<String, CacheSettings> caches) {
    return new CacheProperties("cachetest:", Duration.ofHours(24), 4, caches);
  }
}
