package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * How many finished jobs stay in Redis, BullMQ's {@code removeOnComplete} and {@code removeOnFail}.
 *
 * @param count the newest that stay; 0 = none, {@value #ANY} = any number
 * @param age how long they stay; null = for ever
 */
public record Retention(int count, Duration age) {

  public static final int ANY = -1;

  /** Deletes the job the moment it ends. */
  public static final Retention NONE = new Retention(0, null);

  /** Keeps everything, which grows Redis for ever; only on request. */
  public static final Retention ALL = new Retention(ANY, null);

  /** BullMQ removes at most so many jobs by age in one go. */
  private static final int AGE_LIMIT = 1000;

  public Retention {
    if (count < ANY) {
      throw new IllegalArgumentException(
          "retention count " + count + " is negative; use 0 for none or -1 for any number");
    }
  }

  /** The script's form {@code count:age:limit}; empty = keep all. */
  String text() {
    if (count == ANY && age == null) {
      return "";
    }
    return count + ":" + (age == null ? -1 : age.toSeconds()) + ":" + AGE_LIMIT;
  }

  /**
   * {@code true}, {@code false}, a number or {@code {count, age}}; absent = null, the consumer's
   * default counts. An age that is no time deletes nothing.
   */
  static Retention parse(JsonNode node) {
    if (node == null || node.isNull() || node.isMissingNode()) {
      return null;
    }
    if (node.isBoolean()) {
      return node.asBoolean() ? NONE : ALL;
    }
    if (node.isNumber()) {
      return new Retention(Math.max(node.asInt(), ANY), null);
    }
    return new Retention(
        node.path("count").asInt(ANY),
        node.path("age").asLong(-1) >= 0 ? Duration.ofSeconds(node.path("age").asLong()) : null);
  }

  Object json() {
    if (equals(NONE)) {
      return true;
    }
    if (age == null) {
      return count == ANY ? (Object) false : (Object) count;
    }
    var node = Json.MAPPER.createObjectNode();
    if (count != ANY) {
      node.put("count", count);
    }
    return node.put("age", age.toSeconds());
  }
}
