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
    this.taken = List.copyOf(taken);
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
    LocalDate last = localDate(latest);
    for (LocalDate date = localDate(earliest); !date.isAfter(last); date = date.plusDays(1)) {
      List<TimeSpan> asked = List.of(new TimeSpan(earliest, latest));
      List<TimeSpan> open = TimeSpan.common(window(date), asked);
      for (TimeSpan gap : TimeSpan.without(open, taken)) {
        fill(gap, slots);
      }
    }
    return slots;
  }

  LocalDate localDate(Instant instant) {
    return LocalDate.ofInstant(instant, zone);
  }

  private static void fill(TimeSpan gap, List<TimeSpan> slots) {
    Instant start = nextQuarter(gap.start());
    while (true) {
      Duration left = Duration.between(start, gap.end());
      if (left.compareTo(SHORTEST) < 0) {
        return;
      }
      Duration length = left.compareTo(USUAL_LENGTH) < 0 ? SHORTEST : USUAL_LENGTH;
      slots.add(new TimeSpan(start, start.plus(length)));
      start = start.plus(length);
    }
  }

  /** Every zone in use is offset by whole quarters, so a quarter in UTC is one on the wall. */
  private static Instant nextQuarter(Instant instant) {
    long seconds = instant.getEpochSecond() + (instant.getNano() > 0 ? 1 : 0);
    return Instant.ofEpochSecond(Math.ceilDiv(seconds, QUARTER_SECONDS) * QUARTER_SECONDS);
  }

  private List<TimeSpan> window(LocalDate date) {
    List<TimeSpan> open =
        List.of(
            new TimeSpan(
                date.atTime(DAY_STARTS).atZone(zone).toInstant(),
                date.atTime(DAY_ENDS).atZone(zone).toInstant()));
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
