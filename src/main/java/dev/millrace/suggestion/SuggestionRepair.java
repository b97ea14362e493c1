package dev.millrace.suggestion;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Makes a user's open offers fit the calendar again: what no longer fits moves to another free
 * time, or is withdrawn where there is none. Agreed meetings stay; the user is told. Runs inside
 * the transaction that holds the user's lock.
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
  private final OpenOffers openOffers;
  private final ConflictNotices notices;
  private final FreeTimes freeTimes;
  private final Clock clock;

  SuggestionRepair(
      Suggestions suggestions,
      OpenOffers openOffers,
      ConflictNotices notices,
      FreeTimes freeTimes,
      Clock clock) {
    this.suggestions = suggestions;
    this.openOffers = openOffers;
    this.notices = notices;
    this.freeTimes = freeTimes;
    this.clock = clock;
  }

  /**
   * What became of the open offers.
   *
   * @param kept those that stayed, agreed meetings that collide among them
   * @param conflicts those whose time was taken, whatever became of them
   */
  record Repaired(int kept, int moved, int dismissed, int conflicts) {}

  Repaired repair(UUID userId) {
    Instant now = clock.instant();
    Timetable timetable = freeTimes.read(userId, now, now.plus(CHECKED));
    int kept = 0;
    int moved = 0;
    int dismissed = 0;
    int conflicts = 0;
    List<UUID> colliding = new ArrayList<>();
    for (OpenOffer offer : openOffers.of(userId, now)) {
      Change change = changeOf(offer, timetable, now);
      switch (change) {
        case KEEP -> kept += offer.accepted() || offer.snoozed() ? 0 : 1;
        case TELL -> {
          colliding.add(offer.id());
          kept++;
          conflicts++;
        }
        case FOLLOW -> {
          suggestions.follow(offer);
          moved++;
          timetable = freeTimes.read(userId, now, now.plus(CHECKED));
        }
        case MOVE -> {
          conflicts++;
          if (moveToFreeTime(offer.suggestion())) {
            moved++;
          } else {
            suggestions.dismiss(offer.suggestion(), "no_free_slot");
            dismissed++;
          }
        }
        case WITHDRAW -> {
          suggestions.dismiss(
              offer.suggestion(), offer.contactGone() ? "contact_removed" : "event_changed");
          dismissed++;
          timetable = freeTimes.read(userId, now, now.plus(CHECKED));
        }
      }
    }
    notices.settle(userId, colliding, now);
    return new Repaired(kept, moved, dismissed, conflicts);
  }

  private enum Change {
    KEEP,
    /** It collides, but the user has agreed. */
    TELL,
    /** Its event takes place at another time. */
    FOLLOW,
    MOVE,
    /** What it rests on is gone. */
    WITHDRAW
  }

  private Change changeOf(OpenOffer offer, Timetable timetable, Instant now) {
    if (offer.accepted()) {
      return timetable.collides(offer) ? Change.TELL : Change.KEEP;
    }
    if (offer.contactGone()) {
      return Change.WITHDRAW;
    }
    if (!offer.suggestion().timebound()) {
      if (offer.slot().equals(offer.eventSlot())) {
        return Change.KEEP;
      }
      return offer.eventSlot() != null && offer.eventSlot().start().isAfter(now)
          ? Change.FOLLOW
          : Change.WITHDRAW;
    }
    // what is put off holds no time; whether its own is free matters when it wakes
    return offer.snoozed() || fits(offer, timetable, now) ? Change.KEEP : Change.MOVE;
  }

  /** Whether an offer of a time of its own can be made at that time, now. */
  boolean fits(OpenOffer offer) {
    Instant now = clock.instant();
    return fits(offer, freeTimes.read(offer.suggestion().userId(), now, now.plus(CHECKED)), now);
  }

  private static boolean fits(OpenOffer offer, Timetable timetable, Instant now) {
    return offer.slot().start().isAfter(now) && timetable.around(offer).allows(offer.slot());
  }

  /**
   * The offer at the next free time of its length; an hour becomes half of one rather than nothing.
   * False where there is no time for it.
   */
  boolean moveToFreeTime(Suggestion offer) {
    if (!offer.timebound()) {
      return false;
    }
    Instant now = clock.instant();
    Openings openings =
        freeTimes
            .read(offer.userId(), now, now.plus(CHECKED))
            .openings(now.plus(NOTICE), now.plus(HORIZON), offer.id());
    Optional<TimeSpan> slot = nextFor(offer.slot().length(), openings);
    while (slot.isPresent() && !suggestions.move(offer, slot.get())) {
      openings.lost(slot.get());
      slot = nextFor(offer.slot().length(), openings);
    }
    return slot.isPresent();
  }

  private static Optional<TimeSpan> nextFor(Duration length, Openings openings) {
    Optional<TimeSpan> slot = openings.next(length);
    return slot.isEmpty() && length.equals(FreeTime.USUAL_LENGTH)
        ? openings.next(FreeTime.SHORTEST)
        : slot;
  }
}
