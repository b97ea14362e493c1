package dev.millrace.queue;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows from Redis' word on each end of a run. Belongs to the engine's loop. */
final class Verdicts {

  private static final Logger LOG = LoggerFactory.getLogger(Verdicts.class);

  private final QueueEngine engine;
  private final Crew crew;
  private final Running running;
  private final Appetite appetite;

  Verdicts(QueueEngine engine, Crew crew, Running running, Appetite appetite) {
    this.engine = engine;
    this.crew = crew;
    this.running = running;
    this.appetite = appetite;
  }

  /**
   * @param code of the script, see {@link Turn.Reply}
   * @param closed whether the consumer has stopped, so that nothing may go on
   */
  void confirmed(Ending ending, long code, boolean closed) {
    JobRun run = ending.run();
    if (ending.kind() == Ending.Kind.WAIT_FOR_CHILDREN) {
      confirmedWait(run, code, closed);
      return;
    }
    if (code == Turn.Reply.DONE) {
      crew.ended(run, ending.kind().outcome());
      return;
    }
    if (code == Turn.Reply.PENDING_CHILDREN || code == Turn.Reply.FAILED_CHILDREN) {
      // Still active and ours: a job that ends before its children has failed its attempt.
      running.add(java.util.List.of(run));
      run.reopen();
      run.fail(
          new IllegalStateException(Turn.Reply.childrenForbid(run.job().id(), code)),
          code == Turn.Reply.PENDING_CHILDREN);
      return;
    }
    LOG.warn(
        "Job {} of queue {} could not be ended as {}: {}",
        run.job().id(),
        run.job().queue(),
        ending.kind().outcome(),
        Turn.Reply.reason(code));
    crew.ended(run, EngineListener.Outcome.LOST);
    engine.suspectStalled();
  }

  /** A run that asked to wait for its children; unlike others it has kept its place. */
  private void confirmedWait(JobRun run, long code, boolean closed) {
    if (!running.contains(run)) {
      // Lost meanwhile.
      run.answerWaiting(Turn.Reply.LOCK_LOST);
      return;
    }
    if (code == Turn.Reply.NO_CHILDREN || code == Turn.Reply.FAILED_CHILDREN) {
      // Its lock was given anew, for the time of a first one.
      run.renewed = false;
      run.renewedNanos = System.nanoTime();
      run.reopen();
      if (closed) {
        run.release();
      }
    } else {
      running.remove(run);
      appetite.sure();
      boolean waits = code == Turn.Reply.DONE;
      crew.ended(
          run, waits ? EngineListener.Outcome.WAITING_FOR_CHILDREN : EngineListener.Outcome.LOST);
    }
    // Only now may the run act again.
    run.answerWaiting(code);
  }
}
