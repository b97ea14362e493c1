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

  /** The entry that a read found, if it is one and nothing that it goes with was dropped since. */
  Optional<Envelope<T>> valid(FarRead read) {
    return read.text() == null
        ? Optional.empty()
        : read(read.text()).filter(entry -> read.stamp().equals(entry.stamp()));
  }

  Optional<Envelope<T>> read(String text) {
    try {
      return Optional.of(codec.read(text));
    } catch (JsonProcessingException e) {
      meters.unreadable();
      LOG.debug("an entry cannot be read: {}", e.getOriginalMessage());
      return Optional.empty();
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

  private Optional<String> unwritable(Envelope<T> entry, String why) {
    meters.unwritable();
    LOG.warn(
        "a value of {} cannot be kept as JSON: {}",
        entry.value() == null ? null : entry.value().getClass().getName(),
        why);
    return Optional.empty();
  }
}
