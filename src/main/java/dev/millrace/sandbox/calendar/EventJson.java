package dev.millrace.sandbox.calendar;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.sandbox.http.Json;
import java.time.temporal.ChronoUnit;

/** An event as the API sends it. */
final class EventJson {

  private final StoredCalendar calendar;
  private final String account;
  private final EventQuery query;

  EventJson(StoredCalendar calendar, String account, EventQuery query) {
    this.calendar = calendar;
    this.account = account;
    this.query = query;
  }

  static String iCalUid(CalendarEvent event) {
    return (event.seriesId() == null ? event.id() : event.seriesId()) + "@google.com";
  }

  ObjectNode of(CalendarEvent event) {
    ObjectNode json = Json.object();
    json.put("kind", "calendar#event").put("etag", event.etag()).put("id", event.id());
    if (event.isCancelled()) {
      return cancelled(event, json);
    }
    EventDraft content = event.content();
    json.put("status", content.status());
    json.put("htmlLink", "https://calendar.google.com/calendar/event?eid=" + event.id());
    json.put("created", event.created().truncatedTo(ChronoUnit.SECONDS).toString());
    json.put("updated", event.updated().truncatedTo(ChronoUnit.MILLIS).toString());
    json.put("summary", content.summary());
    String organizer = content.response() == null ? account : "organizer@millrace.example";
    json.set("creator", Json.object().put("email", organizer));
    json.set("organizer", Json.object().put("email", organizer));
    json.set("start", content.start().json(query.zone()));
    json.set("end", content.end().json(query.zone()));
    if (event.isSeries()) {
      json.putArray("recurrence").add(content.recurrence().rule());
    }
    putInstance(event, json);
    if (content.isTransparent()) {
      json.put("transparency", "transparent");
    }
    json.put("iCalUID", iCalUid(event)).put("sequence", 0);
    if (content.response() != null) {
      putAttendees(content, organizer, json);
    }
    json.set("reminders", Json.object().put("useDefault", true));
    json.put("eventType", content.eventType());
    putTypeProperties(content.eventType(), json);
    return json;
  }

  /**
   * A cancelled exception of a living series tells which instance it was; of any other deleted
   * event nothing but the id is left.
   */
  private ObjectNode cancelled(CalendarEvent event, ObjectNode json) {
    json.put("status", "cancelled");
    CalendarEvent series = event.seriesId() == null ? null : calendar.find(event.seriesId());
    if (series != null && !series.isCancelled()) {
      putInstance(event, json);
    }
    return json;
  }

  private void putInstance(CalendarEvent event, ObjectNode json) {
    if (event.seriesId() != null) {
      json.put("recurringEventId", event.seriesId());
      json.set("originalStartTime", event.originalStart().json(query.zone()));
    }
  }

  private void putAttendees(EventDraft content, String organizer, ObjectNode json) {
    ArrayNode attendees = json.putArray("attendees");
    if (query.maxAttendees() > 1) {
      attendees
          .addObject()
          .put("email", organizer)
          .put("organizer", true)
          .put("responseStatus", "accepted");
    } else {
      json.put("attendeesOmitted", true);
    }
    attendees
        .addObject()
        .put("email", account)
        .put("self", true)
        .put("responseStatus", content.response());
  }

  private static void putTypeProperties(String eventType, ObjectNode json) {
    switch (eventType) {
      case "outOfOffice" ->
          json.putObject("outOfOfficeProperties")
              .put("autoDeclineMode", "declineAllConflictingInvitations");
      case "focusTime" -> json.putObject("focusTimeProperties").put("chatStatus", "doNotDisturb");
      case "workingLocation" -> {
        json.put("visibility", "public");
        json.putObject("workingLocationProperties")
            .put("type", "homeOffice")
            .putObject("homeOffice");
      }
      case "birthday" -> {
        json.put("visibility", "private");
        json.putObject("birthdayProperties").put("type", "birthday");
      }
      default -> {
        // Ordinary events have none.
      }
    }
  }
}
