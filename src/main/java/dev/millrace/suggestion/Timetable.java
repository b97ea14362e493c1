package dev.millrace.suggestion;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * What decides on a user's free time, as the database had it at one moment.
 *
 * @param busy events of the selected calendars that block time
 * @param promises pending and accepted suggestions
 */
record Timetable(
    ZoneId zone, List<AvailabilityRule> rules, List<BusyTime> busy, List<Promise> promises) {

  /** What is left beside busy events and everything offered or agreed. */
  FreeTime besidePromises() {
    return free(event -> true, promise -> true);
  }

  /**
   * Whether an agreed meeting cannot take place as agreed. The user's hours do not count: who
   * agreed to a late meeting wanted it. One at an event needs that event, and no free time.
   */
  boolean collides(OpenOffer meeting) {
    return meeting.suggestion().timebound()
        ? busy.stream()
            .anyMatch(event -> event.span().overlaps(meeting.slot()) && !meeting.explains(event))
        : meeting.lostItsEvent();
  }

  /** Whether the user agreed to something else at that time. */
  boolean agreedBeside(OpenOffer offer) {
    return promises.stream()
        .anyMatch(
            promise ->
                promise.accepted()
                    && !promise.suggestion().equals(offer.id())
                    && promise.slot().overlaps(offer.slot()));
  }

  /** What is left beside busy events and accepted meetings. */
  FreeTime besideEvents() {
    return free(event -> true, Promise::accepted);
  }

  /**
   * What is left for an offer that is open: beside busy events but those that the user made for it,
   * accepted meetings, and offered events. Other open offers give way to it as it does to them.
   */
  FreeTime around(OpenOffer offer) {
    return free(
        event -> !offer.explains(event),
        promise ->
            !promise.suggestion().equals(offer.id())
                && (promise.accepted() || !promise.timebound()));
  }

  /** Free time to give away from {@code earliest} on; what {@code except} holds is free. */
  Openings openings(Instant earliest, Instant latest, UUID except) {
    Predicate<Promise> others = promise -> !promise.suggestion().equals(except);
    return new Openings(
        free(event -> true, others),
        promises.stream().filter(others).map(Promise::slot).toList(),
        earliest,
        latest);
  }

  private FreeTime free(Predicate<BusyTime> blocking, Predicate<Promise> binding) {
    List<TimeSpan> taken = new ArrayList<>();
    busy.stream().filter(blocking).map(BusyTime::span).forEach(taken::add);
    promises.stream().filter(binding).map(Promise::slot).forEach(taken::add);
    return new FreeTime(zone, rules, taken);
  }
}
