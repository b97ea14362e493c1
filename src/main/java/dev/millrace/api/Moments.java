package dev.millrace.api;

import java.time.DateTimeException;
import java.time.Instant;

/**
 * Times that requests name. What is centuries away is a mistake, and no database keeps all of it.
 */
final class Moments {

  private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("2201-01-01T00:00:00Z");

  private Moments() {}

  /**
   * The moment itself.
   *
   * @throws DateTimeException if it is not in the years 2000 to 2200
   */
  static Instant within(Instant moment) {
    if (moment.isBefore(FIRST) || !moment.isBefore(END)) {
      throw new DateTimeException(moment + " is not in the years 2000 to 2200");
    }
    return moment;
  }
}
