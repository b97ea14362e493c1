package dev.millrace.cache;

import dev.millrace.setting.RefusedSetting;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code millrace.cache.*}.
 *
 * @param prefix of all keys in Redis, so that nobody else's are met; on a Redis Cluster with a hash
 *     tag, as {@code {cache}:}
 * @param maxTtl no entry may live longer; 1 min to 30 days. All replicas must agree on it
 * @param warmUpParallel how many entries are warmed up at a time after the start; 1 to 100
 * @param caches by name
 */
@ConfigurationProperties("millrace.cache")
public record CacheProperties(
    @DefaultValue("cache:") String prefix,
    @DefaultValue("24h") Duration maxTtl,
    @DefaultValue("4") int warmUpParallel,
    Map<String, CacheSettings> caches) {

  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(30);
  private static final int LONGEST_PREFIX = 64;
  private static final int MOST_PARALLEL = 100;

  public CacheProperties {
    caches = caches == null ? Map.of() : Map.copyOf(caches);
    if (prefix.isBlank()
        || prefix.length() > LONGEST_PREFIX
        || prefix.chars().anyMatch(Character::isISOControl)) {
      throw new RefusedSetting(
          "millrace.cache.prefix is \"" + prefix + "\".",
          "Set it to 1 to 64 characters, such as \"cache:\".");
    }
    if (maxTtl.compareTo(SHORTEST) < 0 || maxTtl.compareTo(LONGEST) > 0) {
      throw new RefusedSetting(
          "millrace.cache.max-ttl is " + maxTtl + ".", "Set it to 1m up to 30d.");
    }
    if (warmUpParallel < 1 || warmUpParallel > MOST_PARALLEL) {
      throw new RefusedSetting(
          "millrace.cache.warm-up-parallel is " + warmUpParallel + ".", "Set it to 1 to 100.");
    }
    for (Map.Entry<String, CacheSettings> cache : caches.entrySet()) {
      cache.getValue().check(cache.getKey(), maxTtl);
    }
    checkApart(caches);
  }

  /** Caches with equal keys would read each other's entries. */
  private static void checkApart(Map<String, CacheSettings> caches) {
    Map<String, String> taken = new HashMap<>();
    for (String name : new TreeSet<>(caches.keySet())) {
      CacheSettings settings = caches.get(name);
      String other = taken.putIfAbsent(settings.pattern().withNames("{}"), name);
      if (other != null) {
        throw new RefusedSetting(
            "millrace.cache.caches.%s.key is %s, and so are those of %s."
                .formatted(name, settings.key(), other),
            "Begin it with other words.");
      }
    }
  }
}
