package dev.millrace.suggestion;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * A user's wall-clock rule on when to be offered something.
 *
 * @param kind {@code available} (only then), {@code commute} or {@code night} (never then)
 * @param day the local day on which the rule starts, or null for every day
 * @param end not after {@code start} means that the rule runs over midnight into the next day
 */
record AvailabilityRule(Kind kind, DayOfWeek day, LocalTime start, LocalTime end) {

  enum Kind {
    AVAILABLE,
    COMMUTE,
    NIGHT
  }

  boolean startsOn(LocalDate date) {
    return day == null || day == date.getDayOfWeek();
  }

  /** The rule on one date; a wall-clock time that a DST change skips moves forward. */
  TimeSpan on(LocalDate date, ZoneId zone) {
    LocalDate endDate = start.isBefore(end) ? date : date.plusDays(1);
    return new TimeSpan(
        date.atTime(start).atZone(zone).toInstant(), endDate.atTime(end).atZone(zone).toInstant());
  }
}
