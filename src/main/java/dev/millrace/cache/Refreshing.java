package dev.millrace.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which entries are being refreshed here, and which were tried so lately that the lock of whoever
 * did it may still be there: to try again at every hit would cost a command each.
 */
final class Refreshing {

  private static final int MOST = 10_000;

  private final Set<CacheKey> running = ConcurrentHashMap.newKeySet();
  private final Cache<CacheKey, Boolean> tried;

  Refreshing(Duration lock, Ticker ticker) {
    tried = Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(lock).ticker(ticker).build();
  }

  /** Whether the caller is to try. */
  boolean begin(CacheKey key) {
    if (!running.add(key)) {
      return false;
    }
    boolean first = tried.asMap().putIfAbsent(key, true) == null;
    if (!first) {
      running.remove(key);
    }
    return first;
  }

  void end(CacheKey key) {
    running.remove(key);
  }
}
