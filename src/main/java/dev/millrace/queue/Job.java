package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A job as it stands in Redis, whoever wrote it: Bull 4, BullMQ 5 or 6, or Millrace.
 *
 * @param queue the queue's name
 * @param id the job's id
 * @param name the job's name; Bull's unnamed jobs are called {@code __default__}
 * @param data payload, JSON text
 * @param options what was said when it was added
 * @param timestamp when it was added, ms
 * @param priority 0 = none
 * @param attemptsMade attempts that ended, by whichever fleet
 * @param attemptsStarted attempts that began, stalled ones included
 * @param processedOn when the last attempt began, ms; null = never
 * @param finishedOn when it ended, ms; null = it has not
 * @param returnValue JSON text; null unless completed
 * @param failedReason text of the last failure
 * @param stackTraces of the failures, oldest first
 * @param deferredFailure set when the job must be failed without being run
 * @param deduplicationId what it was deduplicated by; null = nothing
 * @param parentKey Redis key of the job that waits for this one; null = none
 * @param schedulerId the job scheduler that made it; null = none
 * @param schedulerId the job scheduler that made it; null = none
 * @param countedByBull whether Bull counted attempts of it, under a name of its own
 */
public record Job(
    String queue,
    String id,
    String name,
    String data,
    JobOptions options,
    long timestamp,
    int priority,
    int attemptsMade,
    int attemptsStarted,
    Long processedOn,
    Long finishedOn,
    String returnValue,
    String failedReason,
    List<String> stackTraces,
    String deferredFailure,
    String deduplicationId,
    String parentKey,
    String schedulerId,
    boolean countedByBull) {

  static Job parse(String queue, String id, Map<String, String> hash) {
    return new Job(
        queue,
        id,
        hash.getOrDefault("name", "__default__"),
        hash.getOrDefault("data", "{}"),
        JobOptions.parse(hash.get("opts")),
        number(hash, "timestamp", 0),
        (int) number(hash, "priority", 0),
        (int) (number(hash, "atm", 0) + number(hash, "attemptsMade", 0)),
        (int) number(hash, "ats", 0),
        optional(hash, "processedOn"),
        optional(hash, "finishedOn"),
        hash.get("returnvalue"),
        hash.get("failedReason"),
        stackTraces(hash.get("stacktrace")),
        hash.get("defa"),
        hash.get("deid"),
        hash.get("parentKey"),
        hash.get("rjk"),
        hash.containsKey("attemptsMade"));
  }

  /** A job that a consumer of this process began the moment it was added. */
  static Job claimed(String queue, String id, NewJob added, long nowMillis) {
    Long timestamp = added.options().timestamp();
    Map<String, String> hash = new HashMap<>();
    hash.put("name", added.name());
    hash.put("data", added.data());
    hash.put("opts", added.options().json());
    hash.put("timestamp", Long.toString(timestamp == null ? nowMillis : timestamp));
    hash.put("processedOn", Long.toString(nowMillis));
    hash.put("ats", "1");
    if (added.options().deduplication() != null) {
      hash.put("deid", added.options().deduplication().id());
    }
    return parse(queue, id, hash);
  }

  /**
   * As {@link #parse}, but a job that cannot be read becomes one that must be failed: it was taken
   * together with others, and they are to run.
   */
  static Job fetched(String queue, String id, Map<String, String> hash) {
    try {
      return parse(queue, id, hash);
    } catch (RuntimeException e) {
      return parse(queue, id, Map.of("defa", "The job cannot be read: " + e.getMessage()));
    }
  }

  /** Whether the queue's counter gave the id, so that nobody can add a job with it again. */
  boolean hasCountedId() {
    return id.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Whether a failure now would be followed by another attempt. */
  public boolean hasAttemptsLeft() {
    return attemptsMade + 1 < options.attempts();
  }

  private static List<String> stackTraces(String json) {
    if (json == null || json.isEmpty()) {
      return List.of();
    }
    List<String> traces = new ArrayList<>();
    JsonNode node = Json.read("the job's stacktrace", json);
    node.forEach(trace -> traces.add(trace.asText()));
    return List.copyOf(traces);
  }

  private static long number(Map<String, String> hash, String field, long otherwise) {
    Long value = optional(hash, field);
    return value == null ? otherwise : value;
  }

  private static Long optional(Map<String, String> hash, String field) {
    String text = hash.get(field);
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      return (long) Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "field " + field + " of the job holds \"" + text + "\", which is not a number", e);
    }
  }
}
