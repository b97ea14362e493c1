package dev.millrace.notification;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * The part of a local day in which a user gets no text message: what the user chose, and in any
 * case 21:00 to 08:00, when the law of some countries forbids what is not urgent.
 *
 * @param start of what the user chose
 * @param end not after {@code start} means over midnight; equal to it means nothing chosen
 */
record QuietHours(LocalTime start, LocalTime end) {

  /** What no choice makes shorter. */
  static final QuietHours LEAST = new QuietHours(LocalTime.of(21, 0), LocalTime.of(8, 0));

  /** Who is never to be disturbed is not: longer than any message lives. */
  static final Duration NEVER = Duration.ofDays(8);

  /** Each turn ends one of the two parts, so a day without a loud minute shows after these. */
  private static final int TURNS = 6;

  /**
   * Of a row with {@code quiet_start} and {@code quiet_end}, which are null where none were saved.
   */
  static QuietHours read(ResultSet rs) throws SQLException {
    LocalTime start = rs.getObject("quiet_start", LocalTime.class);
    LocalTime end = rs.getObject("quiet_end", LocalTime.class);
    return start == null || end == null ? LEAST : new QuietHours(start, end);
  }

  /** The given moment, or the end of the quiet hours that it falls into. */
  Instant nextLoud(Instant moment, ZoneId zone) {
    Instant at = moment;
    for (int turn = 0; turn < TURNS; turn++) {
      LocalTime time = LocalTime.ofInstant(at, zone);
      if (contains(time)) {
        at = next(end, at, zone);
      } else if (LEAST.contains(time)) {
        at = next(LEAST.end, at, zone);
      } else {
        return at;
      }
    }
    return moment.plus(NEVER);
  }

  /** When quiet hours begin next, seen from a moment outside of them. */
  Instant nextQuiet(Instant moment, ZoneId zone) {
    Instant least = next(LEAST.start, moment, zone);
    Instant chosen = start.equals(end) ? least : next(start, moment, zone);
    return chosen.isBefore(least) ? chosen : least;
  }

  private boolean contains(LocalTime time) {
    if (start.equals(end)) {
      return false;
    }
    boolean afterStart = !time.isBefore(start);
    boolean beforeEnd = time.isBefore(end);
    return start.isBefore(end) ? afterStart && beforeEnd : afterStart || beforeEnd;
  }

  /** The first moment after the given one at which clocks show the time, or jump over it. */
  private static Instant next(LocalTime time, Instant after, ZoneId zone) {
    ZonedDateTime day = after.atZone(zone);
    for (int days = 0; ; days++) {
      ZonedDateTime first = day.toLocalDate().plusDays(days).atTime(time).atZone(zone);
      if (first.toInstant().isAfter(after)) {
        return first.toInstant();
      }
      // in the night in which an hour comes twice, the second may still be ahead
      Instant second = first.withLaterOffsetAtOverlap().toInstant();
      if (second.isAfter(after)) {
        return second;
      }
    }
  }
}
