package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/**
 * One job per id, BullMQ's {@code deduplication}.
 *
 * @param id what is to be unique in the queue; any text
 * @param ttl null: the id is taken until its job ends (simple mode); else for this long, even when
 *     the job ends earlier (throttle mode)
 * @param extend with a ttl: every further add starts the time anew
 * @param keepLastIfActive an add while the job runs is not dropped: the newest of them becomes one
 *     further job when it ends
 */
public record Deduplication(String id, Duration ttl, boolean extend, boolean keepLastIfActive) {

  public Deduplication {
    if (id == null || id.isBlank()) {
      throw new IllegalArgumentException(
          "deduplicationId is empty; leave it out or name what is to be unique");
    }
    if (ttl != null && (ttl.isNegative() || ttl.isZero())) {
      throw new IllegalArgumentException(
          "deduplicationTtl "
              + ttl
              + " is not positive; leave it out to keep the id until the job ends");
    }
  }

  /** Simple mode: until the job ends. */
  public static Deduplication untilDone(String id) {
    return new Deduplication(id, null, false, false);
  }

  static Deduplication parse(JsonNode node) {
    if (!node.path("id").isTextual()) {
      return null;
    }
    long ttl = node.path("ttl").asLong(0);
    return new Deduplication(
        node.path("id").asText(),
        ttl > 0 ? Duration.ofMillis(ttl) : null,
        node.path("extend").asBoolean(false),
        node.path("keepLastIfActive").asBoolean(false));
  }

  void write(ObjectNode options) {
    ObjectNode node = options.putObject("de").put("id", id);
    if (ttl != null) {
      node.put("ttl", ttl.toMillis());
    }
    if (extend) {
      node.put("extend", true);
    }
    if (keepLastIfActive) {
      node.put("keepLastIfActive", true);
    }
  }
}
