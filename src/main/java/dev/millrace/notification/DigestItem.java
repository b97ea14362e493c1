package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;

/** A suggestion as a line of a message. */
record DigestItem(UUID suggestionId, String names, String reasoning, Instant start, Instant end) {

  private static final DateTimeFormatter START =
      DateTimeFormatter.ofPattern("EEE MMM d, h:mm a", Locale.US);
  private static final DateTimeFormatter END = DateTimeFormatter.ofPattern("h:mm a", Locale.US);

  /**
   * Of a row with {@code id}, {@code names}, {@code reasoning}, {@code slot_start}, {@code
   * slot_end}.
   */
  static DigestItem read(ResultSet rs) throws SQLException {
    String names = oneLine(rs.getString("names"));
    return new DigestItem(
        rs.getObject("id", UUID.class),
        SpokenNames.of(names),
        SpokenNames.in(oneLine(rs.getString("reasoning")), names),
        SqlInstant.read(rs, "slot_start"),
        SqlInstant.read(rs, "slot_end"));
  }

  String starts(ZoneId zone) {
    return START.format(start.atZone(zone));
  }

  String when(ZoneId zone) {
    boolean sameDay =
        start.atZone(zone).toLocalDate().equals(end.minusNanos(1).atZone(zone).toLocalDate());
    return starts(zone) + " to " + (sameDay ? END : START).format(end.atZone(zone));
  }

  /** A name with a line break in it would look like two lines of a message. */
  static String oneLine(String text) {
    return text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
  }

  /** Keeps names and texts out of logs. */
  @Override
  public String toString() {
    return "DigestItem[" + suggestionId + "]";
  }
}
