package dev.millrace.notification;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * The part of a local day in which a user gets no text message.
 *
 * @param end not after {@code start} means over midnight; equal to {@code start} means no quiet
 *     hours
 */
record QuietHours(LocalTime start, LocalTime end) {

  /** The given moment, or the end of the quiet hours that it falls into. */
  Instant nextLoud(Instant moment, ZoneId zone) {
    LocalDateTime local = LocalDateTime.ofInstant(moment, zone);
    if (!contains(local.toLocalTime())) {
      return moment;
    }
    LocalDateTime ends = local.toLocalDate().atTime(end);
    return (ends.isAfter(local) ? ends : ends.plusDays(1)).atZone(zone).toInstant();
  }

  private boolean contains(LocalTime time) {
    if (start.equals(end)) {
      return false;
    }
    boolean afterStart = !time.isBefore(start);
    boolean beforeEnd = time.isBefore(end);
    return start.isBefore(end) ? afterStart && beforeEnd : afterStart || beforeEnd;
  }
}
