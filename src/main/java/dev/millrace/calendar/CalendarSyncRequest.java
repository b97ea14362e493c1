package dev.millrace.calendar;

import dev.millrace.account.SyncTrigger;
import dev.millrace.job.PermanentException;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/**
 * What a calendar-sync job asks for.
 *
 * @param calendarId the calendar a push, a new channel or a probe is about, or null. Jobs of one
 *     connection merge, and a merged one names only the last: what all of them were about is what
 *     {@code calendars.wanted_at} says
 */
record CalendarSyncRequest(UUID userId, UUID calendarId, SyncTrigger trigger) {

  static CalendarSyncRequest of(Map<String, Object> data) {
    if (data == null || data.get("userId") == null) {
      throw new PermanentException("userId is missing: a calendar-sync job names its user");
    }
    return new CalendarSyncRequest(
        id(data, "userId"), id(data, "calendarId"), SyncTrigger.of(data.get("trigger")));
  }

  /** Whether some calendars will do; all of them where it is not known which. */
  boolean concernsSome(Collection<Calendar> selected) {
    return trigger.concernsSome()
        && (calendarId != null || selected.stream().anyMatch(c -> c.wantedAt() != null));
  }

  boolean concerns(Calendar calendar) {
    return calendar.wantedAt() != null || calendar.id().equals(calendarId);
  }

  private static UUID id(Map<String, Object> data, String field) {
    Object value = data.get(field);
    try {
      return value == null ? null : UUID.fromString(value.toString());
    } catch (IllegalArgumentException e) {
      throw new PermanentException(field + " is no UUID: " + value, e);
    }
  }
}
