package dev.millrace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lettuce.core.Range;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All that a queue has in Redis, in a form that can be compared: key (without the queue's base) to
 * contents. So one queue that Node worked on and one that the engine worked on must be equal.
 *
 * <p>Times become {@code TIME} (13 digits) and scores of delayed jobs {@code DUE}, unless they are
 * the fixed times that a test gave (before the year 2020). JSON is compared as JSON. Left out is
 * what tells only who looked when: {@code stalled-check}, {@code meta.version}, the field {@code
 * pb}, and stack traces but for their number.
 */
public final class QueueDump {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private QueueDump() {}

  public static Map<String, Object> of(String queue) {
    Map<String, Object> dump = new TreeMap<>();
    String base = TestRedis.key(queue, "");
    for (String key : new TreeSet<>(TestRedis.observer().keys(base + "*"))) {
      String name = key.substring(base.length());
      String contents = name.equals("stalled-check") ? null : contents(key, name);
      if (contents != null) {
        dump.merge(time(name), contents.replace(queue, "QUEUE"), (one, two) -> one + "" + two);
      }
    }
    return dump;
  }

  /** The same without some keys, for example {@code marker}. */
  public static Map<String, Object> without(String queue, String... keys) {
    Map<String, Object> dump = of(queue);
    List.of(keys).forEach(dump::remove);
    return dump;
  }

  /** Null for a key that went while the others were read. */
  private static String contents(String key, String name) {
    var redis = TestRedis.observer();
    return switch (redis.type(key)) {
      case "string" -> time(redis.get(key)) + (redis.pttl(key) > 0 ? " (expires)" : "");
      case "hash" -> hash(redis.hgetall(key));
      case "list" -> redis.lrange(key, 0, -1).toString();
      case "set" -> new TreeSet<>(redis.smembers(key)).toString();
      case "zset" ->
          redis.zrangeWithScores(key, 0, -1).stream()
              .map(v -> time(v.getValue()) + "=" + score(name, v.getScore()))
              .toList()
              .toString();
      case "stream" ->
          redis.xrange(key, Range.unbounded()).stream()
              .map(
                  entry ->
                      entry.getBody().entrySet().stream()
                          .map(field -> field.getKey() + "=" + time(json(field.getValue())))
                          .collect(Collectors.joining(" ")))
              .collect(Collectors.joining("\n", "\n", ""));
      case "none" -> null;
      default -> throw new IllegalStateException(key + " is of an unknown type");
    };
  }

  private static String hash(Map<String, String> fields) {
    Map<String, String> shown = new TreeMap<>();
    fields.forEach(
        (field, value) -> {
          switch (field) {
            case "pb", "version" -> {}
            case "stacktrace" -> shown.put(field, traces(value));
            default -> shown.put(field, time(json(value)));
          }
        });
    return shown.entrySet().stream()
        .map(Object::toString)
        .collect(Collectors.joining("\n  ", "\n  ", ""));
  }

  private static String traces(String value) {
    JsonNode traces = read(value);
    return traces == null || !traces.isArray() ? value : traces.size() + " traces";
  }

  /** JSON objects with their fields in order. */
  private static String json(String value) {
    JsonNode node = value.startsWith("{") || value.startsWith("[") ? read(value) : null;
    if (node == null) {
      return value;
    }
    try {
      return MAPPER.writeValueAsString(
          MAPPER.treeToValue(node, Object.class) instanceof Map<?, ?> map ? sorted(map) : node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Object> sorted(Map<?, ?> map) {
    Map<String, Object> sorted = new TreeMap<>();
    map.forEach((k, v) -> sorted.put((String) k, v instanceof Map<?, ?> inner ? sorted(inner) : v));
    return sorted;
  }

  private static JsonNode read(String value) {
    try {
      return MAPPER.readTree(value);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static String time(String value) {
    return value.replaceAll("\\b1[6-9]\\d{11}\\b", "TIME");
  }

  private static String score(String name, double score) {
    if (name.equals("delayed") && score > 6.4e15) {
      return "DUE";
    }
    return time(String.format("%.0f", score));
  }
}
