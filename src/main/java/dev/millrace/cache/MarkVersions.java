package dev.millrace.cache;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Versions of marks: how new ones are made, how long they are kept in Redis, and which were seen
 * here lately.
 *
 * <p>An entry lives at most {@code max-ttl} from the moment when its marks were read, and a version
 * lives for longer. So when a version runs out and its mark is as if never dropped, no entry from
 * before is left that could pass for valid.
 */
final class MarkVersions {

  /** Which requests under way, and clocks that differ, cannot use up. */
  static final Duration MARGIN = Duration.ofHours(1);

  private static final Duration SEEN_FOR = Duration.ofMinutes(1);
  private static final int MOST_SEEN = 10_000;
  private static final int BYTES = 9;

  private final Duration maxTtl;
  private final SecureRandom random = new SecureRandom();
  private final com.github.benmanes.caffeine.cache.Cache<String, String> seen;

  /**
   * @param maxTtl the longest life of an entry
   */
  MarkVersions(Duration maxTtl, Ticker ticker) {
    this.maxTtl = maxTtl;
    seen =
        Caffeine.newBuilder()
            .maximumSize(MOST_SEEN)
            .expireAfterWrite(SEEN_FOR)
            .ticker(ticker)
            .build();
  }

  Duration lifetime() {
    return maxTtl.plus(MARGIN);
  }

  /**
   * @throws IllegalArgumentException when no entry can live that long
   */
  Duration checked(Duration ttl) {
    if (ttl.compareTo(Duration.ofMillis(1)) < 0 || ttl.compareTo(maxTtl) > 0) {
      throw new IllegalArgumentException(
          "The ttl is %s; use 1 ms to %s (millrace.cache.max-ttl).".formatted(ttl, maxTtl));
    }
    return ttl;
  }

  /** One that never was. */
  String create() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Empty for a mark that has none. */
  void remember(String marker, String version) {
    seen.put(marker, version);
  }

  /**
   * Those of the marks that were seen within a minute. They may have changed since: what is stored
   * with an old one is not there, so nothing wrong is ever read.
   */
  Map<String, String> known(Set<String> markers) {
    Map<String, String> known = new LinkedHashMap<>();
    for (String marker : markers) {
      String version = seen.getIfPresent(marker);
      if (version != null) {
        known.put(marker, version);
      }
    }
    return known;
  }
}
