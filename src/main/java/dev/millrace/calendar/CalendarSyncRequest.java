package dev.millrace.calendar;

import dev.millrace.account.SyncTrigger;
import dev.millrace.job.PermanentException;
import java.util.Map;
import java.util.UUID;

/**
 * What a calendar-sync job asks for.
 *
 * @param calendarId the calendar a push was about, or null. All selected ones are read all the
 *     same: jobs of one connection merge, and a merged one no longer says which calendars it stands
 *     for. A push only spares the list of calendars.
 */
record CalendarSyncRequest(UUID userId, UUID calendarId, SyncTrigger trigger) {

  static CalendarSyncRequest of(Map<String, Object> data) {
    if (data == null || data.get("userId") == null) {
      throw new PermanentException("userId is missing: a calendar-sync job names its user");
    }
    return new CalendarSyncRequest(
        id(data, "userId"), id(data, "calendarId"), SyncTrigger.of(data.get("trigger")));
  }

  boolean sparesList() {
    return trigger == SyncTrigger.WEBHOOK && calendarId != null;
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
