package dev.millrace.notification;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * The latest local day on which a user got a message of some purpose.
 *
 * @param date in the zone that the user had then
 */
record MessageDay(LocalDate date, Instant writtenAt) {

  /**
   * Whether {@code now} is on a later day. After a change of the zone both readings of the message
   * count, so that no date on the user's wall has two.
   */
  boolean isBefore(Instant now, ZoneId zone) {
    LocalDate today = LocalDate.ofInstant(now, zone);
    return today.isAfter(date) && today.isAfter(LocalDate.ofInstant(writtenAt, zone));
  }
}
