package dev.millrace.queue;

import java.time.Duration;

/** What the engine tells whoever keeps metrics. Called on the engine's own thread: do not block. */
public interface EngineListener {

  /** Hears nothing. */
  EngineListener NONE = new EngineListener() {};

  /** How a run ended. */
  enum Outcome {
    COMPLETED,
    /** Completed without having done its work, for a reason that its return value tells. */
    SKIPPED,
    /** For good. */
    FAILED,
    /** An attempt is used up, another follows. */
    RETRIED,
    /** Put off without using an attempt. */
    DELAYED,
    /** Parked until its children have ended, without using an attempt. */
    WAITING_FOR_CHILDREN,
    /** Put back to the front because the queue is not to go on for a while; no attempt used. */
    LIMITED,
    /** Handed back unfinished when the consumer stopped. */
    RELEASED,
    /** The lock was gone: another worker has the job, nothing was acknowledged. */
    LOST
  }

  /**
   * A run begins.
   *
   * @param waited since the job could have run: since it was added plus its delay
   */
  default void started(Job job, Duration waited) {}

  /** A run ended and Redis has confirmed it. */
  default void ended(Job job, Outcome outcome, Duration ran) {}

  /** Jobs whose worker died were put back. */
  default void stalled(String queue, int jobs) {}

  /** A queue held an id that leads to no job; it was taken out of the list. */
  default void broken(String queue, String jobId, String reason) {}

  /**
   * The run after a scheduler's current one could not be scheduled. Redis is asked again; what is
   * wrong with a definition stays wrong, and the scheduler stops.
   */
  default void schedulingFailed(String queue, String scheduler, Throwable failure) {}

  /** A call to Redis failed; the engine tries again by itself. */
  default void redisFailed(Throwable failure) {}
}
