package dev.millrace.queue;

import java.time.Clock;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where all state of an engine changes, one task after the other, so that nothing needs a lock.
 * What it runs never blocks: replies of Redis come back to it, jobs run elsewhere.
 *
 * <p>Whoever brings a task while nobody is at it runs it himself, with all that come meanwhile: the
 * thread that read a reply goes straight on to what follows from it. Nobody is kept for long; what
 * is left after {@link #PATIENCE} tasks goes to a thread of the loop's own, which also keeps the
 * time. So does what a virtual thread brings: the jobs may occupy all carriers, and a virtual
 * thread that has to wait for one would take the renewal of all locks with it.
 */
final class EngineLoop {

  private static final Logger LOG = LoggerFactory.getLogger(EngineLoop.class);

  /** So many tasks does a thread run that only came to bring one. */
  private static final int PATIENCE = 200;

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger left = new AtomicInteger();
  private final ScheduledThreadPoolExecutor thread;
  private final Clock clock;
  private volatile boolean closed;

  EngineLoop(String instance, Clock clock) {
    this.clock = clock;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("millrace-" + instance).daemon(true).factory());
    // Time-outs of jobs that ended long before would pile up otherwise.
    thread.setRemoveOnCancelPolicy(true);
  }

  long now() {
    return clock.millis();
  }

  /** Returns false when the loop is closed: the task is dropped, and nothing changes any more. */
  boolean execute(Runnable task) {
    if (closed) {
      LOG.debug("The engine is closed; a late reply is dropped");
      return false;
    }
    tasks.add(task);
    if (left.getAndIncrement() == 0) {
      if (Thread.currentThread().isVirtual()) {
        handOver();
      } else {
        run(PATIENCE);
      }
    }
    return true;
  }

  /**
   * Goes on here when the answer is there.
   *
   * @param then is given the answer, or why there is none
   */
  <T> void after(CompletionStage<T> answer, BiConsumer<T, Throwable> then) {
    answer.whenComplete(
        (result, failure) ->
            execute(
                () -> then.accept(result, failure == null ? null : CommandLine.unwrap(failure))));
  }

  /** Who cancels what it returns, on the loop, can be sure that the task does not run. */
  Future<?> later(Duration delay, Runnable task) {
    CompletableFuture<Void> handle = new CompletableFuture<>();
    try {
      Future<?> timer =
          thread.schedule(
              () ->
                  execute(
                      () -> {
                        if (handle.complete(null)) {
                          task.run();
                        }
                      }),
              Math.max(delay.toMillis(), 0),
              TimeUnit.MILLISECONDS);
      handle.whenComplete((done, cancelled) -> timer.cancel(false));
    } catch (RejectedExecutionException e) {
      LOG.debug("The engine is closed; what was to come later is dropped");
    }
    return handle;
  }

  void close() {
    closed = true;
    thread.shutdownNow();
  }

  /** Only one thread is here at a time: the one that found nothing left, or its successor. */
  private void run(int most) {
    int done = 0;
    do {
      if (done == most) {
        handOver();
        return;
      }
      done++;
      runGuarded(tasks.poll());
    } while (left.decrementAndGet() != 0);
  }

  private void handOver() {
    try {
      thread.execute(() -> run(Integer.MAX_VALUE));
    } catch (RejectedExecutionException e) {
      LOG.debug("The engine is closed; {} tasks are dropped", left.get());
    }
  }

  /** A mistake in one task must neither take the thread with it nor go unheard. */
  private void runGuarded(Runnable task) {
    if (closed) {
      return;
    }
    try {
      task.run();
    } catch (Throwable e) {
      LOG.error("The queue engine hit an unexpected error and goes on", e);
    }
  }
}
