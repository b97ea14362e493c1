package dev.millrace.ratelimit;

/**
 * A question that no limit can answer: a weight that is not 1 to the quota, a subject that is none.
 * The message has the remedy, and never the subject.
 */
public final class RefusedCheck extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  RefusedCheck(String message) {
    super(message);
  }
}
