package dev.millrace.cache;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;

/**
 * Single entries by their whole key, such as {@code contact:list:42}, for those who administer.
 *
 * <p>Entries of a cache are seen and changed here like all others. Unlike a cache this tells when
 * Redis is not there.
 */
public final class CacheStore {

  /**
   * The entry, unless it is not there, has run out or was dropped.
   *
   * @throws IllegalArgumentException when the key is no key: 1 to 512 characters, none of which is
   *     a control character, and no colon at the beginning
   * @throws dev.millrace.rest.client.RestRedisException when Redis does not answer
   */
  public Optional<CachedJson> get(String key) {
    throw new UnsupportedOperationException();
  }

  /**
   * Stores a value in the place of what was there.
   *
   * @param value JSON's null says that there is nothing
   * @param ttl how long it stays; more than zero and at most {@code millrace.cache.max-ttl}
   * @throws IllegalArgumentException as of {@link #get}, or when the time is none
   */
  public void put(String key, JsonNode value, Duration ttl) {
    throw new UnsupportedOperationException();
  }

  /** Removes an entry; whether there was one. */
  public boolean delete(String key) {
    throw new UnsupportedOperationException();
  }

  /** How long the entry will still be there; empty when there is none. */
  public Optional<Duration> ttl(String key) {
    throw new UnsupportedOperationException();
  }
}
