package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The run that follows a scheduler's job, reckoned from what that job says in {@code opts.repeat}:
 * so does BullMQ's worker, and so it goes on whoever wrote the job. What the scheduler itself says
 * of an interval is left to {@code iterate.lua}.
 */
final class NextRun {

  private final String queueBase;
  private final String scheduler;
  private final Job job;
  private final Map<String, String> hash;
  private final ObjectNode options;

  private NextRun(
      String queueBase, String scheduler, Job job, Map<String, String> hash, ObjectNode options) {
    this.queueBase = queueBase;
    this.scheduler = scheduler;
    this.job = job;
    this.hash = hash;
    this.options = options;
  }

  /**
   * @throws IllegalArgumentException when the job's options cannot be read
   */
  static NextRun of(String queueBase, String scheduler, Job job, Map<String, String> hash) {
    return new NextRun(queueBase, scheduler, job, hash, options(hash));
  }

  static ObjectNode options(Map<String, String> hash) {
    JsonNode options = Json.read("field opts of the job", hash.getOrDefault("opts", "{}"));
    if (!(options instanceof ObjectNode object)) {
      throw new IllegalArgumentException("field opts of the job is not a JSON object");
    }
    return object;
  }

  /** Whether the limit or the end date ends the chain. */
  static boolean isOver(JsonNode repeat, Instant now) {
    Instant end = time(repeat.get("endDate"));
    boolean used =
        repeat.path("limit").isNumber()
            && repeat.path("count").asLong(0) + 1 > repeat.path("limit").asLong();
    return used || (end != null && now.isAfter(end));
  }

  /** Arguments of {@code iterate.lua}; null when nothing follows. */
  List<String> arguments(EventMode events, Instant now) {
    JsonNode repeat = options.path("repeat");
    if (isOver(repeat, now)) {
      return null;
    }
    Instant next = null;
    if (repeat.path("pattern").isTextual()) {
      next = nextByPattern(repeat, repeat.get("pattern").asText(), now);
      if (next == null && !repeat.has("every")) {
        return null;
      }
    } else if (!repeat.has("every")) {
      throw new IllegalArgumentException(
          "opts.repeat of the job holds neither \"every\" nor \"pattern\"");
    }
    List<String> arguments = new ArrayList<>();
    arguments.add(queueBase);
    arguments.add(events.text());
    arguments.add(Long.toString(now.toEpochMilli()));
    arguments.add(scheduler);
    arguments.add(job.id());
    arguments.add(next == null ? "" : Long.toString(next.toEpochMilli()));
    arguments.add(Json.write(nextOptions(now, next)));
    arguments.add(job.name());
    arguments.add(hash.getOrDefault("data", "{}"));
    arguments.add(hasLegacyShape(scheduler) ? "1" : "0");
    return arguments;
  }

  /** The next time of a pattern, counted from the planned time of the job when that is later. */
  private Instant nextByPattern(JsonNode repeat, String pattern, Instant now) {
    Instant from = now;
    Instant planned = time(options.get("prevMillis"));
    if (planned != null && planned.isAfter(now)) {
      from = planned;
    }
    return nextByPattern(repeat, pattern, from, repeat.path("tz").asText(null));
  }

  static Instant nextByPattern(JsonNode repeat, String pattern, Instant from, String zone) {
    Instant next =
        RepeatOptions.next(CronPattern.of(pattern, zone), from, time(repeat.get("startDate")));
    Instant end = time(repeat.get("endDate"));
    return next == null || (end != null && next.isAfter(end)) ? null : next;
  }

  private ObjectNode nextOptions(Instant now, Instant next) {
    ObjectNode copy = options.deepCopy();
    withoutNulls(copy);
    if (!copy.has("attempts")) {
      copy.put("attempts", 0);
    }
    if (copy.path("backoff").isNumber()) {
      JsonNode delay = copy.get("backoff");
      copy.putObject("backoff").put("type", "fixed").set("delay", delay);
    }
    copy.put("timestamp", now.toEpochMilli()).put("repeatJobKey", scheduler);
    copy.remove("prevMillis");
    if (next != null) {
      copy.put("prevMillis", next.toEpochMilli());
    }
    ObjectNode repeat = (ObjectNode) copy.get("repeat");
    repeat.remove("immediately");
    repeat.put("count", repeat.path("count").asLong(0) + 1);
    if (!repeat.has("every") || repeat.path("offset").asLong(0) == 0) {
      repeat.remove("offset");
    }
    for (String field : List.of("startDate", "endDate")) {
      Instant time = time(repeat.get(field));
      if (time != null) {
        repeat.put(field, time.toEpochMilli());
      }
    }
    return copy;
  }

  /** What is null in a Node client's options is absent in what its scripts store. */
  private static void withoutNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      List<String> nulls = new ArrayList<>();
      object.fieldNames().forEachRemaining(name -> nulls.add(name));
      nulls.removeIf(name -> !object.get(name).isNull());
      object.remove(nulls);
    }
    if (node instanceof ObjectNode || node instanceof ArrayNode) {
      node.forEach(NextRun::withoutNulls);
    }
  }

  /** Milliseconds, or the text that JavaScript makes of a date. */
  static Instant time(JsonNode node) {
    if (node == null || node.isNull() || (node.isNumber() && node.asLong() == 0)) {
      return null;
    }
    if (node.isNumber()) {
      return Instant.ofEpochMilli(node.asLong());
    }
    try {
      return OffsetDateTime.parse(node.asText()).toInstant();
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "opts.repeat of the job holds the date \"" + node.asText() + "\", which is none", e);
    }
  }

  /**
   * {@code name:id:endDate:tz:pattern}, as BullMQ wrote keys before it took digests; version 6
   * refuses them.
   */
  static boolean hasLegacyShape(String key) {
    String[] parts = key.split(":", 5);
    return parts.length == 5
        && parts[2].matches("\\d*")
        && (parts[4].contains(" ") || parts[4].matches("\\d+"));
  }
}
