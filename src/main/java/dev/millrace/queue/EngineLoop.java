package dev.millrace.queue;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which all state of an engine changes, so that nothing needs a lock. What it
 * runs never blocks: replies of Redis come back to it, jobs run elsewhere.
 */
final class EngineLoop {

  private static final Logger LOG = LoggerFactory.getLogger(EngineLoop.class);

  private final ScheduledExecutorService thread;
  private final Clock clock;

  EngineLoop(String instance, Clock clock) {
    this.clock = clock;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("millrace-" + instance).daemon(true).factory());
  }

  long now() {
    return clock.millis();
  }

  /** Returns false when the loop is closed: the task is dropped, and nothing changes any more. */
  boolean execute(Runnable task) {
    try {
      thread.execute(guarded(task));
      return true;
    } catch (RejectedExecutionException closed) {
      LOG.debug("The engine is closed; a late reply is dropped");
      return false;
    }
  }

  Future<?> later(Duration delay, Runnable task) {
    return thread.schedule(guarded(task), Math.max(delay.toMillis(), 0), TimeUnit.MILLISECONDS);
  }

  void close() {
    thread.shutdownNow();
  }

  /**
   * A mistake in one task must neither take the thread with it nor go unheard; the executor would
   * keep it to itself.
   */
  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (Throwable e) {
        LOG.error("The queue engine hit an unexpected error and goes on", e);
      }
    };
  }
}
