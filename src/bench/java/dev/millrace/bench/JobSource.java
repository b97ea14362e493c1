package dev.millrace.bench;

import dev.millrace.queue.JobOptions;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.NewJob;
import dev.millrace.queue.QueueEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Makes the jobs that Node makes too, and adds them as {@link Workload#ADD} says. */
final class JobSource {

  private static final int PREPARED_AT_ONCE = 500;

  private final QueueEngine engine;

  JobSource(QueueEngine engine) {
    this.engine = engine;
  }

  static NewJob job(int number) {
    return new NewJob(
        "bench",
        "{\"n\":" + number + ",\"text\":\"the quick brown fox jumps over the lazy dog\"}",
        JobOptions.DEFAULT);
  }

  /** Completes when all producers have added all. */
  CompletableFuture<?> produce(Scenario scenario) {
    return produce(scenario, scenario.concurrency());
  }

  /** Fills the queues before a run, the same way for both sides. */
  void prepare(Scenario scenario) {
    produce(scenario, PREPARED_AT_ONCE).join();
  }

  private CompletableFuture<?> produce(Scenario scenario, int atOnce) {
    List<CompletableFuture<?>> producers = new ArrayList<>();
    List<String> names = scenario.queueNames();
    for (int i = 0; i < names.size(); i++) {
      producers.add(produce(engine.queue(names.get(i)), 0, scenario.share(i), atOnce));
    }
    return CompletableFuture.allOf(producers.toArray(CompletableFuture[]::new));
  }

  private static CompletableFuture<?> produce(JobQueue queue, int from, int jobs, int atOnce) {
    if (from >= jobs) {
      return CompletableFuture.completedFuture(null);
    }
    int next = Math.min(from + atOnce, jobs);
    return add(queue, from, next).thenCompose(added -> produce(queue, next, jobs, atOnce));
  }

  private static CompletableFuture<?> add(JobQueue queue, int from, int to) {
    if (to - from == 1) {
      return queue.add(job(from));
    }
    List<NewJob> batch = new ArrayList<>(to - from);
    for (int number = from; number < to; number++) {
      batch.add(job(number));
    }
    return queue.addAll(batch);
  }
}
