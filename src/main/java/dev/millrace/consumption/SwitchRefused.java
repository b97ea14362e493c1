package dev.millrace.consumption;

/** A switch that did not take place; every queue goes on in the mode in which it was. */
public final class SwitchRefused extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Reason {
    /** There is no such mode. */
    UNKNOWN_MODE,
    /** No route with the policy works a queue of this name. */
    UNKNOWN_QUEUE,
    /** The queue is changing its mode just now. */
    BUSY,
    /** The new side did not work in time, so the queue went back; or Redis cannot be reached. */
    FAILED
  }

  private final Reason reason;

  SwitchRefused(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  SwitchRefused(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
