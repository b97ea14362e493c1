package dev.millrace.cache;

import java.util.Collection;

/**
 * Caches as steps of routes: the bean {@code cache}. Values are what JSON knows, such as a map or a
 * list; nothing is thrown because of Redis. Only {@link #get} changes the body.
 */
public final class RouteCache {

  private final Caches caches;

  RouteCache(Caches caches) {
    this.caches = caches;
  }

  /**
   * The value, or null when there is none.
   *
   * @param key the one value that the cache's key is made of
   */
  public Object get(String cache, Object key) {
    Cache<Object> view = caches.cache(cache, Object.class);
    return view.get(view.key(key)).orElse(null);
  }

  /**
   * Keeps a value for the cache's time, and that there is none for its {@code negative-ttl}.
   *
   * @param key the one value that the cache's key is made of
   * @param value such as the body; null says that there is none
   */
  public void put(String cache, Object key, Object value) {
    Cache<Object> view = caches.cache(cache, Object.class);
    if (value == null) {
      view.setAbsent(view.key(key));
    } else {
      view.set(view.key(key), value);
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

  /** As {@link Caches#dropTag}. */
  public void dropTag(String tag) {
    caches.dropTag(tag);
  }

  /** As {@link Caches#dropPrefix}. */
  public void dropPrefix(String prefix) {
    caches.dropPrefix(prefix);
  }
}
