package dev.millrace.suggestion;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * The times at which a user may be offered something: the local day from 9 to 21, cut down to the
 * user's own rules and to what the calendar leaves free.
 *
 * <p>Windows are built from local dates, one by one, so that the day on which clocks change is 23
 * or 25 hours long and still starts at nine on the wall.
 */
final class FreeTime {

  static final Duration USUAL_LENGTH = Duration.ofMinutes(60);
  static final Duration SHORTEST = Duration.ofMinutes(30);
  private static final long QUARTER_SECONDS = 900;
  private static final LocalTime DAY_STARTS = LocalTime.of(9, 0);
  private static final LocalTime DAY_ENDS = LocalTime.of(21, 0);

  private final ZoneId zone;
  private final List<AvailabilityRule> rules;
  private final List<TimeSpan> taken;

  /** {@code taken}: busy calendar time and what is offered or agreed already. */
  FreeTime(ZoneId zone, List<AvailabilityRule> rules, List<TimeSpan> taken) {
    this.zone = zone;
    this.rules = List.copyOf(rules);
    this.taken = TimeSpan.union(taken);
  }

  ZoneId zone() {
    return zone;
  }

  /** Whether the user's rules and calendar leave the whole of {@code slot} free. */
  boolean allows(TimeSpan slot) {
    return taken.stream().noneMatch(slot::overlaps)
        && window(localDate(slot.start())).stream().anyMatch(free -> free.covers(slot));
  }

  /**
   * Slots of 60 minutes, or of 30 where a gap has no room for more, on quarter hours, ascending.
   *
   * @param earliest nothing starts before
   * @param latest nothing ends after
   */
  List<TimeSpan> slots(Instant earliest, Instant latest) {
    List<TimeSpan> slots = new ArrayList<>();
    for (TimeSpan gap : gaps(earliest, latest)) {
      fill(gap, slots);
    }
    return slots;
  }

  /** All free stretches between the two, ascending; none of them goes on over midnight. */
  List<TimeSpan> gaps(Instant earliest, Instant latest) {
    List<TimeSpan> gaps = new ArrayList<>();
    List<TimeSpan> asked = List.of(new TimeSpan(earliest, latest));
    LocalDate last = localDate(latest);
    for (LocalDate date = localDate(earliest); !date.isAfter(last); date = date.plusDays(1)) {
      gaps.addAll(TimeSpan.without(TimeSpan.common(window(date), asked), taken));
    }
    return gaps;
  }

  LocalDate localDate(Instant instant) {
    return LocalDate.ofInstant(instant, zone);
  }

  /** The same time, or the next at which the wall clock shows a full quarter of an hour. */
  Instant nextQuarter(Instant instant) {
    Instant start =
        Instant.ofEpochSecond(instant.getEpochSecond() + (instant.getNano() > 0 ? 1 : 0));
    while (true) {
      long wall = start.getEpochSecond() + zone.getRules().getOffset(start).getTotalSeconds();
      long past = Math.floorMod(wall, QUARTER_SECONDS);
      if (past == 0) {
        return start;
      }
      // the clocks may change on the way, to an offset with other quarters
      start = start.plusSeconds(QUARTER_SECONDS - past);
    }
  }

  /** What is offered at the beginning of a gap; null where it has room for nothing. */
  TimeSpan usualSlot(TimeSpan gap) {
    Instant start = nextQuarter(gap.start());
    Duration left = Duration.between(start, gap.end());
    if (left.compareTo(SHORTEST) < 0) {
      return null;
    }
    return new TimeSpan(
        start, start.plus(left.compareTo(USUAL_LENGTH) < 0 ? SHORTEST : USUAL_LENGTH));
  }

  private void fill(TimeSpan gap, List<TimeSpan> slots) {
    TimeSpan slot = usualSlot(gap);
    while (slot != null) {
      slots.add(slot);
      slot = usualSlot(new TimeSpan(slot.end(), gap.end()));
    }
  }

  private List<TimeSpan> window(LocalDate date) {
    Instant start = date.atTime(DAY_STARTS).atZone(zone).toInstant();
    if (!localDate(start).equals(date)) {
      // a zone that moves over the date line leaves a whole day out
      return List.of();
    }
    List<TimeSpan> open =
        List.of(new TimeSpan(start, date.atTime(DAY_ENDS).atZone(zone).toInstant()));
    if (rules.stream().anyMatch(rule -> rule.kind() == AvailabilityRule.Kind.AVAILABLE)) {
      open = TimeSpan.common(open, ruled(date, true));
    }
    return TimeSpan.without(open, ruled(date, false));
  }

  /** Rules of the day before count as well: they may run over midnight. */
  private List<TimeSpan> ruled(LocalDate date, boolean available) {
    List<TimeSpan> spans = new ArrayList<>();
    for (LocalDate start : List.of(date.minusDays(1), date)) {
      rules.stream()
          .filter(rule -> (rule.kind() == AvailabilityRule.Kind.AVAILABLE) == available)
          .filter(rule -> rule.startsOn(start))
          .map(rule -> rule.on(start, zone))
          .forEach(spans::add);
    }
    return spans;
  }
}
