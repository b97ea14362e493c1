package dev.millrace.sandbox.calendar;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.sandbox.http.Json;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * Start or end of an event: a date for all-day events, else a time with its zone. Exactly one of
 * the two is set.
 */
public record EventTime(LocalDate date, ZonedDateTime time) {

  private static final DateTimeFormatter RFC3339 =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX");
  private static final DateTimeFormatter COMPACT =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

  public EventTime {
    if ((date == null) == (time == null)) {
      throw new IllegalArgumentException("An event time is either a date or a time with a zone");
    }
  }

  public static EventTime allDay(LocalDate date) {
    return new EventTime(date, null);
  }

  public static EventTime at(ZonedDateTime time) {
    return new EventTime(null, time);
  }

  public boolean isAllDay() {
    return date != null;
  }

  /** The instant it stands for; a date begins at midnight in the calendar's zone. */
  public Instant instant(ZoneId calendarZone) {
    return isAllDay() ? date.atStartOfDay(calendarZone).toInstant() : time.toInstant();
  }

  public LocalDate localDate() {
    return isAllDay() ? date : time.toLocalDate();
  }

  /** The same time of day on another date. */
  EventTime on(LocalDate other) {
    return isAllDay() ? allDay(other) : at(other.atTime(time.toLocalTime()).atZone(time.getZone()));
  }

  /** What an instance's id ends with. */
  String suffix() {
    return isAllDay()
        ? DateTimeFormatter.BASIC_ISO_DATE.format(date)
        : COMPACT.format(time.withZoneSameInstant(ZoneOffset.UTC));
  }

  ObjectNode json(ZoneId shownIn) {
    if (isAllDay()) {
      return Json.object().put("date", date.toString());
    }
    return Json.object()
        .put("dateTime", RFC3339.format(time.withZoneSameInstant(shownIn)))
        .put("timeZone", time.getZone().getId());
  }
}
