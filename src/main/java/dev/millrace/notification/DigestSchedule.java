package dev.millrace.notification;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;

/**
 * When a user's weekly digest is due: a wall-clock time on a local date. A time that the change of
 * clocks skips moves forward, one that it repeats counts the first time.
 */
record DigestSchedule(DayOfWeek day, LocalTime time, ZoneId zone) {

  /** The first date of the digest after {@code date}. */
  LocalDate dateAfter(LocalDate date) {
    return date.with(TemporalAdjusters.next(day));
  }

  Instant at(LocalDate date) {
    return date.atTime(time).atZone(zone).toInstant();
  }
}
