package dev.millrace.suggestion;

import java.time.Instant;
import java.util.UUID;

/**
 * What became of a user's answer.
 *
 * @param suggestion the one that the answer is about now: after a move, the one that came in its
 *     place; null for {@link Outcome#UNKNOWN}
 * @param names whom it is about, such as {@code Bob, Cy}; null for {@link Outcome#UNKNOWN}
 * @param start of its time; null for {@link Outcome#UNKNOWN}
 * @param end of its time; null for {@link Outcome#UNKNOWN}
 */
public record Answered(Outcome outcome, UUID suggestion, String names, Instant start, Instant end) {

  /** How an answer ends. */
  public enum Outcome {
    /** It counts. */
    DONE,
    /** The same was answered before; nothing changed. */
    REPEATED,
    /** The time was moved meanwhile, and nothing was accepted: the user has to see the new one. */
    MOVED,
    /** The time is not free any more, or the event that it is about does not take place then. */
    TAKEN,
    /** It cannot be answered any more, or not like this. */
    GONE,
    /** The user has no such suggestion. */
    UNKNOWN
  }

  static Answered unknown() {
    return new Answered(Outcome.UNKNOWN, null, null, null, null);
  }
}
