package dev.millrace.suggestion;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Makes a user's open offers fit the calendar again: what no longer fits moves to another free
 * time, or is withdrawn where there is none. Runs inside the transaction that holds the user's
 * lock.
 */
@Component
class SuggestionRepair {

  /** Nothing is offered at shorter notice. */
  static final Duration NOTICE = Duration.ofHours(12);

  /** How far ahead is offered. */
  static final Duration HORIZON = Duration.ofDays(14);

  /** How far ahead an open offer may lie: the horizon and what a snooze adds. */
  private static final Duration CHECKED = Duration.ofDays(60);

  private final Suggestions suggestions;
  private final FreeTimes freeTimes;
  private final Clock clock;

  SuggestionRepair(Suggestions suggestions, FreeTimes freeTimes, Clock clock) {
    this.suggestions = suggestions;
    this.freeTimes = freeTimes;
    this.clock = clock;
  }

  /** What became of the open offers. */
  record Repaired(int kept, int moved, int dismissed) {

    int conflicts() {
      return moved + dismissed;
    }
  }

  Repaired repair(UUID userId) {
    FreeTime free = beside(userId);
    int kept = 0;
    int moved = 0;
    int dismissed = 0;
    for (Suggestion offer : suggestions.pendingTimebound(userId)) {
      if (fits(offer, free)) {
        kept++;
      } else if (moveToFreeTime(offer)) {
        moved++;
      } else {
        suggestions.dismiss(offer, "no_free_slot");
        dismissed++;
      }
    }
    return new Repaired(kept, moved, dismissed);
  }

  /** The user's time beside events and agreed meetings, as far ahead as open offers may lie. */
  FreeTime beside(UUID userId) {
    Instant now = clock.instant();
    return freeTimes.besideEvents(userId, now, now.plus(CHECKED));
  }

  boolean fits(Suggestion offer, FreeTime free) {
    return offer.slot().start().isAfter(clock.instant())
        && (!offer.timebound() || free.allows(offer.slot()));
  }

  /** The offer at the next free time that has room for it; false where there is none. */
  boolean moveToFreeTime(Suggestion offer) {
    if (!offer.timebound()) {
      return false;
    }
    Instant now = clock.instant();
    Instant latest = now.plus(HORIZON);
    Optional<TimeSpan> slot =
        freeTimes
            .besidePromises(offer.userId(), now, latest)
            .slots(now.plus(NOTICE), latest)
            .stream()
            .filter(free -> free.length().compareTo(offer.slot().length()) >= 0)
            .findFirst();
    return slot.isPresent()
        && suggestions.move(
            offer,
            new TimeSpan(slot.get().start(), slot.get().start().plus(offer.slot().length())));
  }
}
