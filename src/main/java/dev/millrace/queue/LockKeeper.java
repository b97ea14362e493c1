package dev.millrace.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/**
 * Renews the locks of jobs that run longer than half their lock, those of all queues in one call.
 * Short jobs never cost a renewal; a renewed lock lasts twice as long, because a job that has run
 * for a while is likely to go on. Once one must be renewed the others are too, so that from then on
 * they are due together.
 */
final class LockKeeper {

  private final QueueEngine engine;
  private boolean inFlight;
  private Future<?> next;

  LockKeeper(QueueEngine engine) {
    this.engine = engine;
  }

  /** Looks at all running jobs, again and again; at rest this costs Redis nothing. */
  void tick() {
    renewDue();
    rearm();
  }

  /** A consumer with a shorter lock came; the next look must come sooner. */
  void rearm() {
    if (next != null) {
      next.cancel(false);
    }
    next = engine.loop().later(interval(), this::tick);
  }

  /**
   * Often enough that a lock is renewed with a quarter of its time left even when one call fails.
   */
  private Duration interval() {
    Duration shortest = ConsumerOptions.DEFAULT_LOCK_DURATION;
    for (QueueConsumer consumer : engine.consumers()) {
      Duration own = consumer.options().lockDuration();
      shortest = own.compareTo(shortest) < 0 ? own : shortest;
    }
    return shortest.dividedBy(8);
  }

  private void renewDue() {
    if (inFlight) {
      return;
    }
    long now = System.nanoTime();
    if (engine.consumers().stream()
        .noneMatch(c -> c.runs().stream().anyMatch(run -> isDue(c, run, now, 1)))) {
      return;
    }
    List<QueueConsumer> owners = new ArrayList<>();
    List<JobRun> due = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    List<String> arguments = new ArrayList<>();
    for (QueueConsumer consumer : engine.consumers()) {
      Duration lock = consumer.options().lockDuration().multipliedBy(2);
      for (JobRun run : consumer.runs()) {
        if (isDue(consumer, run, now, 0.5)) {
          owners.add(consumer);
          due.add(run);
          keys.add(consumer.keys().lock(run.job().id()));
          arguments.add(run.token());
          arguments.add(Long.toString(lock.toMillis()));
        }
      }
    }
    inFlight = true;
    engine
        .line()
        .run(Script.LOCKS, keys, arguments)
        .whenComplete(
            (reply, failure) ->
                engine
                    .loop()
                    .execute(
                        () -> {
                          inFlight = false;
                          if (failure != null) {
                            engine.redisFailed("renewing locks", CommandLine.unwrap(failure));
                            return;
                          }
                          for (int i = 0; i < due.size(); i++) {
                            if ((Long) reply.get(i) == 1) {
                              due.get(i).renewedNanos = now;
                              due.get(i).renewed = true;
                            } else {
                              owners.get(i).lose(due.get(i));
                            }
                          }
                        }));
  }

  /** Whether this part of half the run's lock has passed. */
  private static boolean isDue(QueueConsumer consumer, JobRun run, long now, double part) {
    long half = consumer.options().lockDuration().toNanos() / (run.renewed ? 1 : 2);
    return now - run.renewedNanos >= half * part;
  }
}
