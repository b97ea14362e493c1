package dev.millrace.cache;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What is stored for an entry.
 *
 * @param value null when negative
 * @param negative whether it says that there is nothing
 * @param asOf the time in ms that the value is of: just before it was made
 * @param expiresAt the time in ms at which it runs out
 * @param stamp of the marks as they were at {@code asOf}
 * @param tags of the key
 */
record Envelope<T>(
    @JsonProperty("v") T value,
    @JsonProperty("n") boolean negative,
    @JsonProperty("t") long asOf,
    @JsonProperty("e") long expiresAt,
    @JsonProperty("s") String stamp,
    @JsonProperty("g") @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> tags) {

  Envelope {
    tags = tags == null ? List.of() : List.copyOf(tags);
    // Some types have a null of their own, such as Optional; nothing is nothing of any type.
    value = negative ? null : value;
  }

  Envelope<T> stamped(String current) {
    return new Envelope<>(value, negative, asOf, expiresAt, current, tags);
  }

  /** Not below zero, and no more than all of its time, however far the clock was put back. */
  Duration remaining(Instant now) {
    return Duration.ofMillis(
        Math.max(0, Math.min(expiresAt - now.toEpochMilli(), expiresAt - asOf)));
  }

  /** How much of its time is over, 0 to 1 and beyond. */
  double age(Instant now) {
    return (now.toEpochMilli() - asOf) / (double) Math.max(1, expiresAt - asOf);
  }
}
