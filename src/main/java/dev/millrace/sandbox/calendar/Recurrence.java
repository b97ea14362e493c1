package dev.millrace.sandbox.calendar;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a series repeats; the part of RFC 5545 the sandbox needs.
 *
 * @param interval every n-th day, week, month or year; at least 1
 * @param days of a weekly series; empty means the day of its start
 * @param count number of instances; 0 for no limit
 * @param until last date on which an instance may start; null for none
 */
public record Recurrence(
    Frequency frequency, int interval, List<DayOfWeek> days, int count, LocalDate until) {

  /** The unit of repetition. */
  public enum Frequency {
    DAILY,
    WEEKLY,
    MONTHLY,
    YEARLY
  }

  private static final Map<String, DayOfWeek> DAYS =
      Arrays.stream(DayOfWeek.values())
          .collect(Collectors.toMap(d -> d.name().substring(0, 2), d -> d));

  public Recurrence {
    if (interval < 1) {
      throw new IllegalArgumentException("interval must be at least 1, was " + interval);
    }
    if (count < 0) {
      throw new IllegalArgumentException("count must not be negative, was " + count);
    }
    days = days.stream().sorted().toList();
  }

  public static Recurrence daily() {
    return new Recurrence(Frequency.DAILY, 1, List.of(), 0, null);
  }

  public static Recurrence weekly(DayOfWeek... days) {
    return new Recurrence(Frequency.WEEKLY, 1, List.of(days), 0, null);
  }

  public static Recurrence monthly() {
    return new Recurrence(Frequency.MONTHLY, 1, List.of(), 0, null);
  }

  public static Recurrence yearly() {
    return new Recurrence(Frequency.YEARLY, 1, List.of(), 0, null);
  }

  public Recurrence every(int newInterval) {
    return new Recurrence(frequency, newInterval, days, count, until);
  }

  public Recurrence times(int newCount) {
    return new Recurrence(frequency, interval, days, newCount, until);
  }

  public Recurrence until(LocalDate last) {
    return new Recurrence(frequency, interval, days, count, last);
  }

  /**
   * Reads e.g. {@code RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10}.
   *
   * @throws IllegalArgumentException for parts the sandbox does not know
   */
  public static Recurrence parse(String rule) {
    Map<String, String> parts = new TreeMap<>();
    for (String part : rule.replaceFirst("^RRULE:", "").split(";")) {
      String[] pair = part.split("=", 2);
      if (pair.length != 2) {
        throw new IllegalArgumentException("Not a recurrence rule: " + rule);
      }
      parts.put(pair[0], pair[1]);
    }
    Recurrence read =
        new Recurrence(
            Frequency.valueOf(parts.getOrDefault("FREQ", "")),
            Integer.parseInt(parts.getOrDefault("INTERVAL", "1")),
            parts.containsKey("BYDAY") ? parseDays(parts.get("BYDAY")) : List.of(),
            Integer.parseInt(parts.getOrDefault("COUNT", "0")),
            parts.containsKey("UNTIL")
                ? LocalDate.parse(
                    parts.get("UNTIL").substring(0, 8), DateTimeFormatter.BASIC_ISO_DATE)
                : null);
    parts.keySet().removeAll(List.of("FREQ", "INTERVAL", "BYDAY", "COUNT", "UNTIL"));
    if (!parts.isEmpty()) {
      throw new IllegalArgumentException(
          "The sandbox knows FREQ, INTERVAL, BYDAY, COUNT and UNTIL; found " + parts.keySet());
    }
    return read;
  }

  private static List<DayOfWeek> parseDays(String list) {
    return Arrays.stream(list.split(","))
        .map(
            day -> {
              if (!DAYS.containsKey(day)) {
                throw new IllegalArgumentException("BYDAY knows MO to SU, found " + day);
              }
              return DAYS.get(day);
            })
        .toList();
  }

  /** The rule as Calendar sends it. */
  String rule() {
    StringBuilder rule = new StringBuilder("RRULE:FREQ=").append(frequency);
    if (interval > 1) {
      rule.append(";INTERVAL=").append(interval);
    }
    if (count > 0) {
      rule.append(";COUNT=").append(count);
    }
    if (until != null) {
      rule.append(";UNTIL=").append(DateTimeFormatter.BASIC_ISO_DATE.format(until));
    }
    if (!days.isEmpty()) {
      rule.append(";BYDAY=")
          .append(
              days.stream().map(d -> d.name().substring(0, 2)).collect(Collectors.joining(",")));
    }
    return rule.toString();
  }
}
