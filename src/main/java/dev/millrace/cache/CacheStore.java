package dev.millrace.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.rest.client.RestRedisException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Single entries by their whole key, such as {@code contact:list:42}, for those who administer.
 *
 * <p>Entries of a {@link Cache} are seen and changed here like all others. Unlike a cache this
 * tells when Redis is not there.
 */
public final class CacheStore {

  /** A value of which no JSON text can be made. The message is a remedy, without the value. */
  public static final class UnstorableValue extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    UnstorableValue(String remedy, Exception cause) {
      super(remedy, cause);
    }
  }

  private final FarCache far;
  private final Entries<JsonNode> entries;
  private final Codec<JsonNode> codec;
  private final Caches caches;
  private final Clock clock;

  CacheStore(FarCache far, CacheMeters meters, Caches caches, Clock clock) {
    this.far = far;
    this.codec = Codec.ofJson();
    this.entries = new Entries<>(codec, meters);
    this.caches = caches;
    this.clock = clock;
  }

  /**
   * The entry, unless it is not there, has run out or was dropped. 1 command, and one more for an
   * entry with tags.
   *
   * @throws IllegalArgumentException when the key is no key: 1 to 512 characters, none of which is
   *     a control character, and no colon at the beginning
   * @throws RestRedisException when Redis does not answer
   */
  public Optional<CachedJson> get(String key) {
    Instant now = clock.instant();
    return entry(CacheKey.of(key))
        .map(
            entry ->
                new CachedJson(
                    entry.value() == null ? NullNode.getInstance() : entry.value(),
                    entry.remaining(now)));
  }

  /**
   * Stores a value in the place of what was there. 2 commands. A cache whose entries have tags does
   * not take it for one of them, because it has none.
   *
   * @param value JSON's null says that there is nothing
   * @param ttl how long it stays; 1 ms to {@code millrace.cache.max-ttl}
   * @throws UnstorableValue when no JSON text comes of the value: half of a surrogate pair is in
   *     it, or it is too deep
   * @throws IllegalArgumentException as of {@link #get}, or when the time is another
   * @throws RestRedisException when Redis does not answer
   */
  public void put(String key, JsonNode value, Duration ttl) {
    CacheKey name = CacheKey.of(key);
    far.checked(ttl);
    boolean negative = value == null || value.isNull();
    long now = clock.millis();
    Envelope<JsonNode> unstamped =
        new Envelope<>(value, negative, now, now + ttl.toMillis(), null, List.of());
    // before anything is sent, because nothing is billed for what cannot be stored
    text(unstamped);
    far.write(name, text(unstamped.stamped(far.freshStamp(name))), ttl);
    caches.forget(List.of(Marker.ofKey(key)));
  }

  /**
   * Removes an entry; whether there was one. 2 commands.
   *
   * @throws IllegalArgumentException as of {@link #get}
   * @throws RestRedisException when Redis does not answer
   */
  public boolean delete(String key) {
    CacheKey name = CacheKey.of(key);
    try {
      return far.delete(name);
    } finally {
      caches.forget(List.of(Marker.ofKey(key)));
    }
  }

  /**
   * How long the entry will still be there; empty when there is none. As many commands as {@link
   * #get}.
   *
   * @throws IllegalArgumentException as of {@link #get}
   * @throws RestRedisException when Redis does not answer
   */
  public Optional<Duration> ttl(String key) {
    return get(key).map(CachedJson::remaining);
  }

  private Optional<Envelope<JsonNode>> entry(CacheKey key) {
    FarRead read = far.read(key);
    Optional<Envelope<JsonNode>> found =
        read.text() == null ? Optional.empty() : entries.read(read.text());
    if (found.isEmpty() || found.get().tags().isEmpty()) {
      return found.filter(entry -> read.stamp().equals(entry.stamp()));
    }
    CacheKey tagged = new CacheKey(key.text(), found.get().tags());
    return found.filter(entry -> far.freshStamp(tagged).equals(entry.stamp()));
  }

  private String text(Envelope<JsonNode> entry) {
    try {
      String text = codec.write(entry);
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
        throw new UnstorableValue("It has half of a surrogate pair; use whole characters.", null);
      }
      return text;
    } catch (JsonProcessingException e) {
      throw new UnstorableValue("It cannot be written as JSON; make it less deep.", e);
    }
  }
}
