package dev.millrace.cache;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Copies in this process, which cost no command. What another process drops stays here for at most
 * the allowed staleness; what this one drops goes at once.
 */
final class NearCache {

  private final Duration maxStaleness;
  private final Ticker ticker;
  private final AtomicLong drops = new AtomicLong();
  private final com.github.benmanes.caffeine.cache.Cache<String, NearEntry> entries;

  NearCache(CacheSettings.Near settings, Ticker ticker) {
    this.ticker = ticker;
    maxStaleness = settings.maxStaleness();
    entries =
        Caffeine.newBuilder()
            .maximumSize(maxStaleness.isZero() ? 0 : settings.maxEntries())
            .expireAfter(Expiry.<String, NearEntry>writing((key, entry) -> entry.time()))
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  /** The copy, if it goes with all that the key goes with. */
  Optional<NearEntry> get(CacheKey key) {
    if (maxStaleness.isZero()) {
      return Optional.empty();
    }
    return Optional.ofNullable(entries.getIfPresent(key.text()))
        .filter(entry -> entry.markers().containsAll(key.markers()));
  }

  /** To be asked before Redis is read, for the {@link Permit}. */
  long drops() {
    return drops.get();
  }

  /**
   * Keeps a copy, unless something was dropped here since the leave was given. From then on it
   * grows stale, because what others dropped since is not known.
   *
   * @param remaining of the entry itself
   */
  void put(CacheKey key, String text, Duration remaining, Permit permit) {
    Duration fresh = maxStaleness.minusNanos(ticker.read() - permit.at());
    Duration time = remaining.compareTo(fresh) < 0 ? remaining : fresh;
    if (maxStaleness.isZero() || !time.isPositive() || drops.get() != permit.drops()) {
      return;
    }
    entries.put(key.text(), new NearEntry(text, key.markers(), time));
    if (drops.get() != permit.drops()) {
      entries.invalidate(key.text());
    }
  }

  /** Drops every copy that goes with one of the marks. */
  void drop(Collection<String> markers) {
    drops.incrementAndGet();
    entries.asMap().values().removeIf(entry -> !Collections.disjoint(entry.markers(), markers));
  }
}
