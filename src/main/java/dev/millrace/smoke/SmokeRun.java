package dev.millrace.smoke;

import dev.millrace.embedded.Patience;
import dev.millrace.queue.JobOptions;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.NewJob;
import dev.millrace.queue.QueueEngine;
import dev.millrace.queue.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds a test job to each queue and waits until all have ended. */
public final class SmokeRun {

  /** The queues of the application; each has a route of the same name. */
  public static final List<String> QUEUES =
      List.of(
          "token-refresh",
          "calendar-sync",
          "google-contacts-sync",
          "adaptive-sync",
          "webhook-renewal",
          "webhook-health-check",
          "token-health-reminder",
          "notification-reminder",
          "batch-notifications",
          "suggestion-generation",
          "suggestion-regeneration");

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  // Long enough to be looked at in a dashboard, short enough not to pile up.
  private static final Retention KEEP = new Retention(100, Duration.ofHours(1));

  private final QueueEngine engine;

  SmokeRun(QueueEngine engine) {
    this.engine = engine;
  }

  /** The results in the order of the queues, once all have ended or the time is over. */
  List<SmokeResult> run(Duration limit) {
    Map<JobQueue, String> jobs = new LinkedHashMap<>();
    QUEUES.forEach(name -> jobs.put(engine.queue(name), add(engine.queue(name))));
    Map<JobQueue, SmokeResult> results = new LinkedHashMap<>();
    Patience.until(limit, LOOK_EVERY, () -> look(jobs, results));
    return new ArrayList<>(results.values());
  }

  private static String add(JobQueue queue) {
    JobOptions options =
        JobOptions.builder()
            .attempts(1)
            // Before what waits already: this tests the wiring, not the length of the queue.
            .lifo(true)
            .removeOnComplete(KEEP)
            .removeOnFail(KEEP)
            .build();
    return queue.add(new NewJob("smoke", "{\"test\":true}", options)).join().id();
  }

  private static boolean look(Map<JobQueue, String> jobs, Map<JobQueue, SmokeResult> results) {
    jobs.forEach(
        (queue, id) -> {
          SmokeResult known = results.get(queue);
          if (known == null || !known.ended()) {
            results.put(
                queue,
                queue
                    .find(id)
                    .join()
                    .map(SmokeResult::of)
                    .orElseGet(() -> SmokeResult.missing(queue.name(), id)));
          }
        });
    return results.values().stream().allMatch(SmokeResult::ended);
  }
}
