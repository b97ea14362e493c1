package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** A job's options as they stand in its field {@code opts}: JSON with BullMQ's short names. */
final class OptionsJson {

  private OptionsJson() {}

  static String write(JobOptions o, String prefix) {
    ObjectNode node = Json.MAPPER.createObjectNode().put("attempts", o.attempts());
    if (o.jobId() != null) {
      node.put("jobId", o.jobId());
    }
    if (o.backoff() != null) {
      ObjectNode shape = node.putObject("backoff");
      shape.put("type", o.backoff().name()).put("delay", o.backoff().delay().toMillis());
      if (o.backoff().jitter() > 0) {
        shape.put("jitter", o.backoff().jitter());
      }
    }
    if (!o.delay().isZero()) {
      node.put("delay", o.delay().toMillis());
    }
    if (o.priority() > 0) {
      node.put("priority", o.priority());
    }
    if (o.lifo()) {
      node.put("lifo", true);
    }
    if (o.timestamp() != null) {
      node.put("timestamp", o.timestamp());
    }
    if (o.removeOnComplete() != null) {
      node.putPOJO("removeOnComplete", o.removeOnComplete().json());
    }
    if (o.removeOnFail() != null) {
      node.putPOJO("removeOnFail", o.removeOnFail().json());
    }
    if (o.deduplication() != null) {
      o.deduplication().write(node);
    }
    if (o.stackTraceLimit() >= 0) {
      node.put("stackTraceLimit", o.stackTraceLimit());
    }
    if (o.parent() != null) {
      o.parent().write(node, prefix);
    }
    if (o.onFailure() != null) {
      node.put(o.onFailure().option(), true);
    }
    if (o.timeout() != null) {
      node.put("timeout", o.timeout().toMillis());
    }

    if (o.telemetryMetadata() != null) {
      node.put("tm", o.telemetryMetadata());
    }
    if (o.omitContext()) {
      node.put("omc", true);
    }

    if (o.sizeLimit() > 0) {
      node.put("sizeLimit", o.sizeLimit());
    }
    if (o.keepLogs() > 0) {
      node.put("kl", o.keepLogs());
    }
    return Json.write(node);
  }

  static JobOptions.Builder read(String json) {
    JsonNode node = Json.read("the job's opts", json == null || json.isEmpty() ? "{}" : json);
    JobOptions.Builder builder = JobOptions.builder();
    builder.attempts = node.path("attempts").asInt(0);
    builder.backoff = Backoff.parse(node.get("backoff"));
    builder.delay = Duration.ofMillis(Math.max(node.path("delay").asLong(0), 0));
    builder.priority = node.path("priority").asInt(0);
    builder.lifo = node.path("lifo").asBoolean(false);
    builder.jobId = node.path("jobId").asText(null);
    builder.timestamp = node.hasNonNull("timestamp") ? node.get("timestamp").asLong() : null;
    builder.removeOnComplete = Retention.parse(node.get("removeOnComplete"));
    builder.removeOnFail = Retention.parse(node.get("removeOnFail"));
    builder.deduplication = Deduplication.parse(node.path("de"));
    builder.stackTraceLimit = node.path("stackTraceLimit").asInt(-1);
    builder.parent = ParentJob.parse(node.path("parent"));
    builder.onFailure = DependencyRule.parse(node);
    long timeout = node.path("timeout").asLong(0);
    builder.timeout = timeout > 0 ? Duration.ofMillis(timeout) : null;
    // A scheduler of BullMQ notes the same three.
    builder.byBull =
        node.has("delay")
            && node.has("timestamp")
            && builder.attempts > 0
            && !node.has("repeatJobKey");
    builder.keepLogs = node.path("kl").asInt(0);
    builder.telemetryMetadata = node.path("tm").isTextual() ? node.get("tm").asText() : null;
    builder.omitContext = node.path("omc").asBoolean(false);
    return builder;
  }
}
