package dev.millrace.queue;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listener whose mistakes do not become the engine's: it runs where all state changes. */
record GuardedListener(EngineListener listener) implements EngineListener {

  private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

  @Override
  public void started(Job job, Duration waited) {
    tell(() -> listener.started(job, waited));
  }

  @Override
  public void ended(Job job, Outcome outcome, Duration ran) {
    tell(() -> listener.ended(job, outcome, ran));
  }

  @Override
  public void stalled(String queue, int jobs) {
    tell(() -> listener.stalled(queue, jobs));
  }

  @Override
  public void broken(String queue, String jobId, String reason) {
    tell(() -> listener.broken(queue, jobId, reason));
  }

  @Override
  public void schedulingFailed(String queue, String scheduler, Throwable failure) {
    tell(() -> listener.schedulingFailed(queue, scheduler, failure));
  }

  @Override
  public void redisFailed(Throwable failure) {
    tell(() -> listener.redisFailed(failure));
  }

  private static void tell(Runnable news) {
    try {
      news.run();
    } catch (RuntimeException e) {
      LOG.error("The engine's listener failed; the engine goes on", e);
    }
  }
}
