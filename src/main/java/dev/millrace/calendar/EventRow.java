package dev.millrace.calendar;

import java.time.Instant;
import java.time.LocalDate;

/**
 * One event as {@code calendar_events} keeps it.
 *
 * @param recurringId the series it is an instance of, or null
 * @param startDate with {@code endDate}, which is exclusive: only of all-day events
 * @param selfResponse what the user answered to the invitation, or null
 */
record EventRow(
    String googleId,
    String recurringId,
    String type,
    String summary,
    String location,
    Instant start,
    Instant end,
    LocalDate startDate,
    LocalDate endDate,
    String zone,
    boolean busy,
    String selfResponse,
    String etag,
    Instant updated) {

  boolean allDay() {
    return startDate != null;
  }
}
