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

  /** Free time to give away from {@code earliest} on; {@code except} may be null. */
  Openings openings(Instant earliest, Instant latest, UUID except) {
    return new Openings(
        besidePromises(),
        promises.stream()
            .filter(promise -> !promise.suggestion().equals(except))
            .map(Promise::slot)
            .toList(),
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
