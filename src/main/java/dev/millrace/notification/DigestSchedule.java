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
 *
 * @param day the local day of the week
 * @param time the local time of day
 * @param zone where the user is
 */
public record DigestSchedule(DayOfWeek day, LocalTime time, ZoneId zone) {

  /**
   * One digest.
   *
   * @param date the local date it is for: what makes it happen once
   * @param at the same as an instant: what makes it due
   */
  public record Occurrence(LocalDate date, Instant at) {}

  /**
   * The digest that comes next, whatever was changed since the last one: its moment is yet to come,
   * and its date is later than the last digest's own date and than the local date, here, on which
   * that one was written. So no local date gets two, whichever way a user travels.
   *
   * @param now nothing before or at this moment is due any more
   * @param lastDate the local date that the last digest was for; null where there was none
   * @param lastAt when it was written; null where there was none
   */
  public Occurrence next(Instant now, LocalDate lastDate, Instant lastAt) {
    LocalDate after = LocalDate.ofInstant(now, zone).minusDays(1);
    if (lastDate != null && lastDate.isAfter(after)) {
      after = lastDate;
    }
    if (lastAt != null && LocalDate.ofInstant(lastAt, zone).isAfter(after)) {
      after = LocalDate.ofInstant(lastAt, zone);
    }
    LocalDate date = dateAfter(after);
    if (!at(date).isAfter(now)) {
      date = dateAfter(date);
    }
    return new Occurrence(date, at(date));
  }

  /** The first date of the digest after {@code date}. */
  LocalDate dateAfter(LocalDate date) {
    return date.with(TemporalAdjusters.next(day));
  }

  Instant at(LocalDate date) {
    return date.atTime(time).atZone(zone).toInstant();
  }
}
