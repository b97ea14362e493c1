package dev.millrace.sandbox.calendar;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZonedDateTime;

/**
 * What a person would type into the calendar.
 *
 * @param status {@code confirmed} or {@code tentative}
 * @param eventType Calendar's word, e.g. {@code default}, {@code outOfOffice}, {@code birthday}
 * @param response the calendar owner's own answer ({@code accepted}, {@code declined}, {@code
 *     needsAction}, {@code tentative}); null for events without guests
 * @param recurrence null for a single event
 */
public record EventDraft(
    String summary,
    EventTime start,
    EventTime end,
    String status,
    boolean isTransparent,
    String eventType,
    String response,
    Recurrence recurrence) {

  public EventDraft {
    if (start.isAllDay() != end.isAllDay()) {
      throw new IllegalArgumentException("Start and end must both be dates or both be times");
    }
    if (start.isAllDay() ? !end.date().isAfter(start.date()) : end.time().isBefore(start.time())) {
      throw new IllegalArgumentException("The event ends before it starts: " + start + " - " + end);
    }
  }

  public static EventDraft timed(String summary, ZonedDateTime start, Duration length) {
    return of(summary, EventTime.at(start), EventTime.at(start.plus(length)));
  }

  /** An all-day event over that many days. */
  public static EventDraft allDay(String summary, LocalDate first, int days) {
    return of(summary, EventTime.allDay(first), EventTime.allDay(first.plusDays(days)));
  }

  static EventDraft of(String summary, EventTime start, EventTime end) {
    return new EventDraft(summary, start, end, "confirmed", false, "default", null, null);
  }

  public EventDraft titled(String newSummary) {
    return new EventDraft(
        newSummary, start, end, status, isTransparent, eventType, response, recurrence);
  }

  public EventDraft tentative() {
    return new EventDraft(
        summary, start, end, "tentative", isTransparent, eventType, response, recurrence);
  }

  /** Shown as free: does not block time. */
  public EventDraft transparent() {
    return new EventDraft(summary, start, end, status, true, eventType, response, recurrence);
  }

  public EventDraft type(String newType) {
    return new EventDraft(
        summary, start, end, status, isTransparent, newType, response, recurrence);
  }

  /** An event with guests to which the owner answered like this. */
  public EventDraft answered(String newResponse) {
    return new EventDraft(
        summary, start, end, status, isTransparent, eventType, newResponse, recurrence);
  }

  public EventDraft repeating(Recurrence rule) {
    return new EventDraft(summary, start, end, status, isTransparent, eventType, response, rule);
  }

  public EventDraft between(EventTime newStart, EventTime newEnd) {
    return new EventDraft(
        summary, newStart, newEnd, status, isTransparent, eventType, response, recurrence);
  }

  /** The same length from another start. */
  EventDraft startingAt(EventTime newStart) {
    if (start.isAllDay() != newStart.isAllDay()) {
      throw new IllegalArgumentException("An all-day event moves to a date, others to a time");
    }
    return between(
        newStart,
        newStart.isAllDay()
            ? EventTime.allDay(
                newStart.date().plusDays(end.date().toEpochDay() - start.date().toEpochDay()))
            : EventTime.at(newStart.time().plus(Duration.between(start.time(), end.time()))));
  }
}
