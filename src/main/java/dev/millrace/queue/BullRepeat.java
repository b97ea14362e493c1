package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The run that follows a repeatable job of Bull 4. Its definition is in the job itself, and key and
 * next id are reckoned from it as Bull does, so that a Bull worker can take the chain back at any
 * time.
 */
final class BullRepeat {

  private final Job job;
  private final Map<String, String> hash;
  private final ObjectNode options;
  private final JsonNode repeat;

  private BullRepeat(Job job, Map<String, String> hash, ObjectNode options) {
    this.job = job;
    this.hash = hash;
    this.options = options;
    this.repeat = options.path("repeat");
  }

  /** Null when the job is no repeatable one. */
  static BullRepeat of(Job job, Map<String, String> hash) {
    if (!job.id().startsWith("repeat:") || hash.containsKey("rjk")) {
      return null;
    }
    BullRepeat found = new BullRepeat(job, hash, NextRun.options(hash));
    return found.repeat instanceof ObjectNode ? found : null;
  }

  /** What the repeatable job is called in the queue's set {@code repeat}. */
  String key() {
    Instant end = NextRun.time(repeat.get("endDate"));
    String zone = repeat.path("tz").asText("");
    return job.name()
        + ":"
        + idPart()
        + (end == null ? "" : end.toEpochMilli())
        + ":"
        + (hasCron() ? zone + ":" + cron() : repeat.path("every").asText());
  }

  /** Whether Bull itself wrote the job: otherwise its chain is not ours to go on with. */
  boolean isBulls() {
    return key().equals(repeat.path("key").asText(null));
  }

  /** Arguments of {@code iterate_bull.lua}; null when nothing follows. */
  List<String> arguments(String base, EventMode events, Instant now) {
    Instant next = NextRun.isOver(repeat, now) ? null : next(now);
    if (next == null) {
      return null;
    }
    String key = key();
    String id = "repeat:" + md5(job.name() + idPart() + md5(key)) + ":" + next.toEpochMilli();
    ObjectNode copy = options.deepCopy();
    ((ObjectNode) copy.get("repeat"))
        .put("count", repeat.path("count").asLong(0) + 1)
        .put("key", key);
    copy.put("jobId", id)
        .put("delay", Math.max(next.toEpochMilli() - now.toEpochMilli(), 0))
        .put("timestamp", now.toEpochMilli())
        .put("prevMillis", next.toEpochMilli());
    return List.of(
        base,
        events.text(),
        Long.toString(now.toEpochMilli()),
        key,
        Long.toString(next.toEpochMilli()),
        id,
        job.name(),
        hash.getOrDefault("data", "{}"),
        Json.write(copy));
  }

  private Instant next(Instant now) {
    Instant planned = NextRun.time(options.get("prevMillis"));
    Instant from = planned != null && planned.isAfter(now) ? planned : now;
    if (hasCron()) {
      return NextRun.nextByPattern(repeat, cron(), from, repeat.path("tz").asText(null));
    }
    long every = repeat.path("every").asLong(0);
    if (every <= 0) {
      throw new IllegalArgumentException(
          "opts.repeat of the job holds neither \"cron\" nor a positive \"every\"");
    }
    return Instant.ofEpochMilli((from.toEpochMilli() / every + 1) * every);
  }

  private boolean hasCron() {
    return repeat.path("cron").isTextual();
  }

  private String cron() {
    return repeat.get("cron").asText();
  }

  private String idPart() {
    return repeat.path("jobId").asText("") + ":";
  }

  private static String md5(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
