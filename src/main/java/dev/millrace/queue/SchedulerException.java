package dev.millrace.queue;

/** A job scheduler could not be written; the message says why and what to do. */
public final class SchedulerException extends RuntimeException {

  /** What BullMQ answers by number. */
  public enum Code {
    /** −10: a job with the id of the next run exists. */
    JOB_ID_COLLISION(-10),
    /** −11: the next runs' ids are all taken by jobs of before. */
    JOB_SLOTS_BUSY(-11);

    private final int number;

    Code(int number) {
      this.number = number;
    }

    /** BullMQ's number for it. */
    public int number() {
      return number;
    }
  }

  private final transient Code code;

  private SchedulerException(Code code, String message) {
    super(message);
    this.code = code;
  }

  public Code code() {
    return code;
  }

  static SchedulerException of(String number, String scheduler, String queue) {
    Code code = number.equals("-10") ? Code.JOB_ID_COLLISION : Code.JOB_SLOTS_BUSY;
    String what =
        code == Code.JOB_ID_COLLISION
            ? "a job with the id of its next run exists already, running or finished; remove that job, or wait for the run after it"
            : "the ids of its next 32 runs are taken by jobs of before; remove those jobs, or use another scheduler id";
    return new SchedulerException(
        code,
        "scheduler \""
            + scheduler
            + "\" of queue "
            + queue
            + " cannot be written ("
            + number
            + "): "
            + what);
  }
}
