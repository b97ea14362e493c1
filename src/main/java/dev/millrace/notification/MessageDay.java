package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * The latest local day on which a user got a message of some purpose.
 *
 * @param date in the zone that the user had then
 */
record MessageDay(LocalDate date, Instant writtenAt) {

  /** Of a row with {@code local_date} and {@code written_at}; null where a join found none. */
  static MessageDay read(ResultSet rs) throws SQLException {
    LocalDate date = rs.getObject("local_date", LocalDate.class);
    return date == null ? null : new MessageDay(date, SqlInstant.read(rs, "written_at"));
  }

  /**
   * Whether {@code now} is on a later day. After a change of the zone both readings of the message
   * count, so that no date on the user's wall has two.
   */
  boolean isBefore(Instant now, ZoneId zone) {
    LocalDate today = LocalDate.ofInstant(now, zone);
    return today.isAfter(date) && today.isAfter(LocalDate.ofInstant(writtenAt, zone));
  }
}
