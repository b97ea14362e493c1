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
 * @param replace a further add takes the place of a job that is still delayed; with a delay, ttl
 *     and extend this is debounce mode
 * @param keepLastIfActive an add while the job runs is not dropped: the newest of them becomes one
 *     further job when it ends
 * @param reschedule a further add moves a job that is still delayed to its own time, BullMQ 6
 */
public record Deduplication(
    String id,
    Duration ttl,
    boolean extend,
    boolean replace,
    boolean keepLastIfActive,
    boolean reschedule) {

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
    if (extend && ttl == null) {
      throw new IllegalArgumentException(
          "deduplicationExtend needs deduplicationTtl, the time that is to start anew");
    }
  }

  /** Simple mode: until the job ends. */
  public static Deduplication untilDone(String id) {
    return new Deduplication(id, null, false, false, false, false);
  }

  /** Throttle mode: once in this time. */
  public static Deduplication throttle(String id, Duration ttl) {
    return new Deduplication(id, ttl, false, false, false, false);
  }

  /** Debounce mode, for delayed jobs: the last of a series counts, this long after it. */
  public static Deduplication debounce(String id, Duration ttl) {
    return new Deduplication(id, ttl, true, true, false, false);
  }

  /** Until the job ends, and once more if it was asked for while it ran. */
  public static Deduplication keepLast(String id) {
    return new Deduplication(id, null, false, false, true, false);
  }

  static Deduplication parse(JsonNode node) {
    if (!node.path("id").isTextual()) {
      return null;
    }
    Duration ttl =
        node.path("ttl").asLong(0) > 0 ? Duration.ofMillis(node.path("ttl").asLong()) : null;
    return new Deduplication(
        node.path("id").asText(),
        ttl,
        ttl != null && node.path("extend").asBoolean(false),
        node.path("replace").asBoolean(false),
        node.path("keepLastIfActive").asBoolean(false),
        node.path("reschedule").asBoolean(false));
  }

  void write(ObjectNode options) {
    ObjectNode node = options.putObject("de").put("id", id);
    if (ttl != null) {
      node.put("ttl", ttl.toMillis());
    }
    putIf(node, "extend", extend);
    putIf(node, "replace", replace);
    putIf(node, "keepLastIfActive", keepLastIfActive);
    putIf(node, "reschedule", reschedule);
  }

  private static void putIf(ObjectNode node, String field, boolean value) {
    if (value) {
      node.put(field, true);
    }
  }
}
