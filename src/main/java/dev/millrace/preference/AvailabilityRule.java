package dev.millrace.preference;

import java.time.LocalTime;

/**
 * A time of the week that suggestions have to keep to, or to keep free.
 *
 * @param day 0 is Sunday; null = every day
 * @param end before {@code start} means over midnight
 */
public record AvailabilityRule(Kind kind, Integer day, LocalTime start, LocalTime end) {

  /** What the time is. */
  public enum Kind {
    /** Only then there are suggestions, where there is any rule of this kind. */
    AVAILABLE,
    /** On the way. */
    COMMUTE,
    /** Asleep. */
    NIGHT
  }

  private static final int DAY = 24 * 60;
  private static final int WEEK = 7 * DAY;

  /** Whether some minute of the week belongs to both. */
  boolean overlaps(AvailabilityRule other) {
    for (int mine = 0; mine < 7; mine++) {
      for (int theirs = 0; theirs < 7; theirs++) {
        if (on(mine) && other.on(theirs) && meet(from(mine), other, other.from(theirs))) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean on(int weekday) {
    return day == null || day == weekday;
  }

  private int from(int weekday) {
    return weekday * DAY + minute(start);
  }

  /** Over midnight at the end of the week it goes on at its beginning. */
  private boolean meet(int from, AvailabilityRule other, int otherFrom) {
    int ahead = Math.floorMod(otherFrom - from, WEEK);
    return ahead < minutes() || WEEK - ahead < other.minutes();
  }

  private int minutes() {
    return Math.floorMod(minute(end) - minute(start) - 1, DAY) + 1;
  }

  private static int minute(LocalTime time) {
    return time.getHour() * 60 + time.getMinute();
  }
}
