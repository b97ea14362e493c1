package dev.millrace.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Texts of entries and what they mean. What is none is counted, and is as if not there. */
final class Entries<T> {

  private static final Logger LOG = LoggerFactory.getLogger(Entries.class);

  private final Codec<T> codec;
  private final CacheMeters meters;

  Entries(Codec<T> codec, CacheMeters meters) {
    this.codec = codec;
    this.meters = meters;
  }

  Optional<Envelope<T>> read(String text) {
    try {
      Envelope<T> entry = codec.read(text);
      return entry == null ? unreadable("it is null") : Optional.of(entry);
    } catch (JsonProcessingException e) {
      return unreadable(e.getOriginalMessage());
    }
  }

  /** Empty when the value is none that JSON gives back. */
  Optional<String> write(Envelope<T> entry) {
    try {
      String text = codec.write(entry);
      codec.read(text);
      if (StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
        return Optional.of(text);
      }
      return unwritable(entry, "it has half of a surrogate pair");
    } catch (JsonProcessingException e) {
      return unwritable(entry, e.getOriginalMessage());
    }
  }

  private Optional<Envelope<T>> unreadable(String why) {
    meters.unreadable();
    LOG.debug("an entry cannot be read: {}", why);
    return Optional.empty();
  }

  private Optional<String> unwritable(Envelope<T> entry, String why) {
    meters.unwritable();
    LOG.warn(
        "a value of {} cannot be kept as JSON: {}",
        entry.value() == null ? null : entry.value().getClass().getName(),
        why);
    return Optional.empty();
  }
}
