package dev.millrace.cache;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;

/**
 * Caches as steps of routes: the bean {@code cache}. Values are what JSON knows, such as a map or a
 * list; nothing is thrown because of Redis. Only {@link #get} changes the body.
 */
public final class RouteCache {

  private static final String LEAVES = "millraceCacheLeaves";

  private final Caches caches;

  RouteCache(Caches caches) {
    this.caches = caches;
  }

  /**
   * The value, or null when there is none. Then what the exchange puts later is taken for read from
   * the source since now.
   *
   * @param key the value that the cache's key is made of, or the list of them
   */
  public Object get(String cache, Object key, Exchange exchange) {
    Cache<Object> view = caches.cache(cache, Object.class);
    CacheKey name = key(view, key);
    return view.get(name, leave -> leaves(exchange).put(new Missing(cache, name), leave))
        .orElse(null);
  }

  /**
   * Keeps a value for the cache's time, and that there is none for its {@code negative-ttl}. If the
   * exchange has looked for it with {@link #get}, it is not kept when it was dropped since; if not,
   * it must be of now, as with {@link Cache#set}.
   *
   * @param key the value that the cache's key is made of, or the list of them
   * @param value such as the body; null says that there is none
   */
  public void put(String cache, Object key, Object value, Exchange exchange) {
    Cache<Object> view = caches.cache(cache, Object.class);
    CacheKey name = key(view, key);
    Permit leave = leaves(exchange).remove(new Missing(cache, name));
    if (leave != null) {
      view.keep(name, value, leave);
    } else if (value == null) {
      view.setAbsent(name);
    } else {
      view.set(name, value);
    }
  }

  /** As {@link Caches#drop}, by the first value of the keys. */
  public void drop(String cache, Object firstValue) {
    caches.drop(cache, firstValue);
  }

  /** As {@link Caches#dropEach}. */
  public void dropEach(String cache, Collection<?> firstValues) {
    caches.dropEach(cache, firstValues);
  }

  /** As {@link Caches#dropTagged}, by the first value of the tag. */
  public void dropTagged(String tag, Object firstValue) {
    caches.dropTagged(tag, firstValue);
  }

  /** As {@link Caches#dropTag}. */
  public void dropTag(String tag) {
    caches.dropTag(tag);
  }

  /** As {@link Caches#dropPrefix}. */
  public void dropPrefix(String prefix) {
    caches.dropPrefix(prefix);
  }

  private static CacheKey key(Cache<Object> view, Object key) {
    return key instanceof List<?> values ? view.key(values.toArray()) : view.key(key);
  }

  /** Copies of an exchange, such as those of a split, share what was found missing before. */
  @SuppressWarnings("unchecked")
  private static Map<Missing, Permit> leaves(Exchange exchange) {
    Map<Missing, Permit> leaves = exchange.getProperty(LEAVES, Map.class);
    if (leaves == null) {
      leaves = new ConcurrentHashMap<>();
      exchange.setProperty(LEAVES, leaves);
    }
    return leaves;
  }

  private record Missing(String cache, CacheKey key) {}
}
