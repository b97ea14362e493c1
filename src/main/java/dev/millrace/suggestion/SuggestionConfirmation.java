package dev.millrace.suggestion;

import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Whether an agreed meeting took place, as the user says once its time has passed. Only this, or an
 * interaction noted elsewhere, moves the date of the last contact. Counts in {@code
 * millrace.suggestion.answers} as {@code confirm}.
 */
@Component
public class SuggestionConfirmation {

  private final Suggestions suggestions;
  private final AnswerRows rows;
  private final TransactionTemplate transaction;
  private final SuggestionMeters meters;
  private final Clock clock;

  SuggestionConfirmation(
      Suggestions suggestions,
      AnswerRows rows,
      PlatformTransactionManager transactions,
      SuggestionMeters meters,
      Clock clock) {
    this.suggestions = suggestions;
    this.rows = rows;
    this.transaction = new TransactionTemplate(transactions);
    this.meters = meters;
    this.clock = clock;
  }

  /** How a confirmation ends. */
  public enum Outcome {
    /** It counts. */
    DONE,
    /** The same was said before; nothing changed. */
    REPEATED,
    /** The opposite was said before, and stays. */
    OTHERWISE,
    /** The meeting is not over yet. */
    EARLY,
    /** It was never agreed on. */
    NOT_ACCEPTED,
    /** The user has no such suggestion. */
    UNKNOWN
  }

  /**
   * Notes what the user says.
   *
   * @param met yes: an interaction with each of the people is noted, and they count as met; no:
   *     they are due again
   */
  public Outcome confirm(UUID user, UUID suggestion, boolean met) {
    Outcome outcome =
        transaction.execute(
            status -> {
              suggestions.lock(user);
              return rows.find(user, suggestion)
                  .map(meeting -> confirmed(user, meeting, met))
                  .orElse(Outcome.UNKNOWN);
            });
    meters.answered("confirm", outcome);
    return outcome;
  }

  private Outcome confirmed(UUID user, AnswerableOffer meeting, boolean met) {
    if (!meeting.is("accepted")) {
      return Outcome.NOT_ACCEPTED;
    }
    Instant now = clock.instant();
    if (meeting.slot().end().isAfter(now)) {
      return Outcome.EARLY;
    }
    if (meeting.confirmedMet() != null) {
      return meeting.confirmedMet() == met ? Outcome.REPEATED : Outcome.OTHERWISE;
    }
    rows.confirm(meeting, met, now);
    if (met) {
      rows.noteMeeting(user, meeting);
    }
    return Outcome.DONE;
  }
}
