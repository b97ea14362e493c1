package dev.millrace.suggestion;

import java.time.Instant;
import java.util.UUID;

/**
 * A suggestion as its answers need it, held until the transaction ends.
 *
 * @param snoozedUntil null = it is not snoozed
 * @param reason why it was dismissed; null = it was not
 * @param confirmedMet what the user said after the meeting; null = nothing yet
 */
record AnswerableOffer(
    UUID id,
    String state,
    String trigger,
    TimeSpan slot,
    Instant snoozedUntil,
    String names,
    String reason,
    Boolean confirmedMet) {

  boolean open() {
    return is("pending") || is("snoozed");
  }

  boolean is(String wanted) {
    return state.equals(wanted);
  }

  boolean begins(Instant moment) {
    return !slot.start().isAfter(moment);
  }

  Answered as(Answered.Outcome outcome) {
    return new Answered(outcome, id, names, slot.start(), slot.end());
  }
}
