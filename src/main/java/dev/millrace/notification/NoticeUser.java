package dev.millrace.notification;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;

/**
 * Whoever may have to be told of a notice.
 *
 * @param zone as it is stored
 * @param last the latest day with a message of the kind; null = there was none
 */
record NoticeUser(UUID id, String zone, MessageDay last) {

  /** Of a row with {@code user_id}, {@code time_zone}, {@code local_date}, {@code written_at}. */
  static NoticeUser read(ResultSet rs) throws SQLException {
    return new NoticeUser(
        rs.getObject("user_id", UUID.class), rs.getString("time_zone"), MessageDay.read(rs));
  }

  /** Whether the user's present day has had no message of the kind. */
  boolean hasDayLeft(Instant now, ZoneId zone) {
    return last == null || last.isBefore(now, zone);
  }
}
