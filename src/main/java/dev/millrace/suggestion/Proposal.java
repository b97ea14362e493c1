package dev.millrace.suggestion;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Whom to meet, and why; a slot makes an offer of it.
 *
 * @param reasoning what the user reads
 * @param factors the figures behind it, without names or texts of the calendar
 * @param event the event to share, or null
 */
record Proposal(
    List<UUID> contacts, double priority, String reasoning, Map<String, ?> factors, Event event) {

  /** An event of the user's calendar, and its time. */
  record Event(UUID calendarId, String eventId, TimeSpan slot) {}

  String kind() {
    return contacts.size() > 1 ? "group" : "individual";
  }

  String trigger() {
    return event == null ? "timebound" : "shared_activity";
  }
}
