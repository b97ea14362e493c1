package dev.millrace.queue;

/** An operation that the queue's own state forbids; nothing was changed. */
public final class QueueRefusal extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Reason {
    /** There is no job of this id, or not any more. */
    MISSING_JOB,
    /** The job is in another state than the operation needs. */
    NOT_IN_STATE,
    /** The job, or one of its children, runs. */
    LOCKED,
    /** The job is the one that a job scheduler runs next. */
    BELONGS_TO_SCHEDULER,
    /** The queue has running jobs. */
    ACTIVE_JOBS,
    /** The queue is not paused, or somebody resumed it meanwhile. */
    NOT_PAUSED,
    /** The failed job was replayed as often as allowed. */
    REPLAYED_TOO_OFTEN
  }

  private final Reason reason;
  private final String queue;
  private final String jobId;

  private QueueRefusal(Reason reason, String queue, String jobId, String message) {
    super(message);
    this.reason = reason;
    this.queue = queue;
    this.jobId = jobId;
  }

  public Reason reason() {
    return reason;
  }

  /** The queue's name. */
  public String queue() {
    return queue;
  }

  /** The job's id; null when the whole queue is meant. */
  public String jobId() {
    return jobId;
  }

  static QueueRefusal missing(String queue, String id, String operation) {
    return job(
        Reason.MISSING_JOB, queue, id, operation, "is not there (any more); look its id up anew");
  }

  static QueueRefusal notInState(
      String queue, String id, String operation, String wanted, String found) {
    return job(
        Reason.NOT_IN_STATE,
        queue,
        id,
        operation,
        "is " + found + ", not " + wanted + "; " + remedy(found, wanted));
  }

  private static String remedy(String found, String wanted) {
    if (found.equals("unknown")) {
      return "its id is in no list, so remove it and add it again";
    }
    if (found.equals("active")) {
      return "wait until it has ended";
    }
    if (found.equals("completed") || found.equals("failed")) {
      return wanted.equals("delayed") ? "retry it instead" : "say so as the state";
    }
    return found.equals("delayed") ? "promote it instead" : "it runs by itself";
  }

  static QueueRefusal parentless(String queue, String id, String parentKey) {
    return job(
        Reason.MISSING_JOB,
        queue,
        id,
        "remove the child dependency of",
        "has the parent " + parentKey + ", which is not there (any more), so nothing waits for it");
  }

  static QueueRefusal locked(String queue, String id, String lockedId) {
    return job(
        Reason.LOCKED,
        queue,
        id,
        "remove",
        (lockedId.equals(id) ? "is running" : "has a running child, " + lockedId)
            + "; try again when it has ended or its lock has run out");
  }

  static QueueRefusal scheduled(String queue, String id, String scheduler) {
    return job(
        Reason.BELONGS_TO_SCHEDULER,
        queue,
        id,
        "remove",
        "is what the job scheduler \""
            + scheduler
            + "\" runs next; remove the scheduler, or change it");
  }

  static QueueRefusal replayedTooOften(String queue, String id, int maxReplays) {
    return job(
        Reason.REPLAYED_TOO_OFTEN,
        queue,
        id,
        "replay",
        "is failed and was replayed "
            + maxReplays
            + " time(s) or more; find out why it fails, then allow more replays or retry it");
  }

  static QueueRefusal activeJobs(String queue) {
    return new QueueRefusal(
        Reason.ACTIVE_JOBS,
        queue,
        null,
        "queue "
            + queue
            + ": cannot obliterate, jobs are active; it is paused now, so wait until they have ended, or force it");
  }

  static QueueRefusal notPaused(String queue) {
    return new QueueRefusal(
        Reason.NOT_PAUSED,
        queue,
        null,
        "queue "
            + queue
            + ": cannot obliterate further, somebody resumed it meanwhile; stop its workers and try again");
  }

  private static QueueRefusal job(
      Reason reason, String queue, String id, String operation, String why) {
    return new QueueRefusal(
        reason,
        queue,
        id,
        "queue " + queue + ": cannot " + operation + " job " + id + ", it " + why);
  }
}
