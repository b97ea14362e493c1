package dev.millrace.component;

import dev.millrace.queue.DeadLetter;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobMetrics;
import dev.millrace.queue.JobNode;
import dev.millrace.queue.WorkerClient;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What operations find, as maps that Simple reads and any data format writes. Times are
 * milliseconds since the epoch.
 */
final class JobMaps {

  private JobMaps() {}

  static Map<String, Object> of(Job job) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", job.id());
    map.put("queue", job.queue());
    map.put("name", job.name());
    map.put("data", json(job.data()));
    map.put("priority", job.priority());
    map.put("timestamp", job.timestamp());
    map.put("attempts", job.options().attempts());
    map.put("attemptsMade", job.attemptsMade());
    map.put("attemptsStarted", job.attemptsStarted());
    map.put("processedOn", job.processedOn());
    map.put("finishedOn", job.finishedOn());
    map.put("returnValue", json(job.returnValue()));
    map.put("failedReason", job.failedReason());
    map.put("stackTraces", job.stackTraces());
    return map;
  }

  /** The job with the further entry {@code children}. */
  static Map<String, Object> of(JobNode node) {
    Map<String, Object> map = of(node.job());
    map.put("children", node.children().stream().map(JobMaps::of).toList());
    return map;
  }

  static Map<String, Object> of(DeadLetter letter) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", letter.id());
    map.put("name", letter.name());
    map.put("reason", letter.reason());
    map.put("attempts", letter.attempts());
    map.put("failedAt", letter.failedAt().toEpochMilli());
    map.put("replays", letter.replays());
    map.put("lastReplay", millis(letter.lastReplay()));
    map.put("replayedBy", letter.replayedBy());
    return map;
  }

  static Map<String, Object> of(JobMetrics metrics) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("count", metrics.count());
    map.put("countedUntil", millis(metrics.countedUntil()));
    map.put("countThen", metrics.countThen());
    map.put("perMinute", metrics.perMinute());
    map.put("minutes", metrics.minutes());
    return map;
  }

  static Map<String, Object> of(WorkerClient worker) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", worker.name());
    map.put("address", worker.address());
    map.put("age", worker.age().toMillis());
    map.put("idle", worker.idle().toMillis());
    return map;
  }

  /** What somebody wrote that is no JSON is shown as it is. */
  private static Object json(String text) {
    try {
      return text == null ? null : JobBody.read(text);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private static Long millis(Instant instant) {
    return instant == null ? null : instant.toEpochMilli();
  }
}
