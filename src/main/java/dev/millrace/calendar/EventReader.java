package dev.millrace.calendar;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads an event as Google sends it. */
final class EventReader {

  private static final Logger LOG = LoggerFactory.getLogger(EventReader.class);

  private EventReader() {}

  static boolean cancelled(JsonNode item) {
    return "cancelled".equals(item.path("status").asText());
  }

  /** When a cancelled event was, or null: Google need not tell. */
  static Instant cancelledAt(JsonNode item) {
    try {
      return updated(item);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /**
   * Reads an event that is not cancelled; of a cancelled one Google guarantees the id alone.
   *
   * @param zone the calendar's: an all-day event lasts from local midnight to local midnight
   * @return empty if its times cannot be read: one strange event must not stop a calendar
   */
  static Optional<EventRow> read(JsonNode item, ZoneId zone) {
    try {
      return Optional.of(row(item, zone));
    } catch (DateTimeException e) {
      // the message would quote the event
      LOG.warn("an event is left out: {} in its times", e.getClass().getSimpleName());
      return Optional.empty();
    }
  }

  private static EventRow row(JsonNode item, ZoneId zone) {
    JsonNode from = item.path("start");
    JsonNode to = item.path("end");
    LocalDate startDate = date(from);
    LocalDate endDate = startDate == null ? null : endDate(startDate, date(to));
    Instant start = startDate == null ? instant(from, zone) : midnight(startDate, zone);
    Instant end = endDate == null ? instant(to, zone) : midnight(endDate, zone);
    if (start == null) {
      throw new DateTimeException("an event without start");
    }
    if (end == null || end.isBefore(start)) {
      end = start;
    }
    String type = item.path("eventType").asText("default");
    String response = selfResponse(item);
    return new EventRow(
        item.path("id").asText(),
        text(item, "recurringEventId"),
        type,
        text(item, "summary"),
        text(item, "location"),
        start,
        end,
        startDate,
        endDate,
        text(from, "timeZone"),
        BusyRule.busy(
            item.path("status").asText(),
            item.path("transparency").asText(),
            type,
            response,
            start,
            end),
        response,
        text(item, "etag"),
        updated(item));
  }

  private static LocalDate date(JsonNode time) {
    return time.hasNonNull("date") ? LocalDate.parse(time.get("date").asText()) : null;
  }

  private static LocalDate endDate(LocalDate start, LocalDate end) {
    return end == null || end.isBefore(start) ? start : end;
  }

  /** The first instant of the day, which is not 00:00 where clocks change at midnight. */
  private static Instant midnight(LocalDate date, ZoneId zone) {
    return date.atStartOfDay(zone).toInstant();
  }

  /** Google sends an offset, but its rule is that a time with a named zone may do without. */
  private static Instant instant(JsonNode time, ZoneId calendarZone) {
    if (!time.hasNonNull("dateTime")) {
      return null;
    }
    TemporalAccessor read =
        DateTimeFormatter.ISO_DATE_TIME.parseBest(
            time.get("dateTime").asText(), OffsetDateTime::from, LocalDateTime::from);
    if (read instanceof OffsetDateTime exact) {
      return exact.toInstant();
    }
    String named = text(time, "timeZone");
    ZoneId zone = named == null ? calendarZone : ZoneId.of(named);
    return LocalDateTime.from(read).atZone(zone).toInstant();
  }

  private static Instant updated(JsonNode item) {
    return item.hasNonNull("updated")
        ? OffsetDateTime.parse(item.get("updated").asText()).toInstant()
        : null;
  }

  private static String selfResponse(JsonNode item) {
    for (JsonNode attendee : item.path("attendees")) {
      if (attendee.path("self").asBoolean()) {
        return text(attendee, "responseStatus");
      }
    }
    return null;
  }

  /** PostgreSQL keeps every character but the null one. */
  private static String text(JsonNode node, String field) {
    return node.hasNonNull(field) ? node.get(field).asText().replace("\0", "") : null;
  }
}
