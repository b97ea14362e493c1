package dev.millrace.preference;

import java.time.Duration;
import java.time.LocalTime;

/** The part of a day in which no text message is sent, over midnight. */
public record QuietTime(LocalTime start, LocalTime end) {

  /** What the rules for text messages want at least: nobody is disturbed then. */
  public static final QuietTime LEAST = new QuietTime(LocalTime.of(21, 0), LocalTime.of(8, 0));

  /** Text messages need some time to leave. */
  public static final Duration LEAST_LOUD = Duration.ofHours(1);

  /**
   * What is told, and may be stored again, of what is not {@link #allowed}: the night that holds it
   * and {@link #LEAST}. One that leaves too little of the day, or is none, is {@link #LEAST}.
   */
  public QuietTime widened() {
    LocalTime from = LEAST.start;
    LocalTime until = LEAST.end;
    boolean overMidnight = start.isAfter(end);
    if (start.isBefore(from) && (overMidnight || end.isAfter(from))) {
      from = start;
    }
    if (end.isAfter(until) && (overMidnight || !end.isAfter(LEAST.start)) && !start.equals(end)) {
      until = end;
    }
    QuietTime night = new QuietTime(from, until);
    return night.allowed() ? night : LEAST;
  }

  /** Whether it has all of {@link #LEAST}, and leaves {@link #LEAST_LOUD} of the day. */
  public boolean allowed() {
    return !start.isAfter(LEAST.start)
        && !end.isBefore(LEAST.end)
        && Duration.between(end, start).compareTo(LEAST_LOUD) >= 0;
  }
}
