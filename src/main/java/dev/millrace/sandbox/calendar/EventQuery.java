package dev.millrace.sandbox.calendar;

import dev.millrace.sandbox.google.GoogleError;
import dev.millrace.sandbox.http.Query;
import dev.millrace.sandbox.http.Refusal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The parameters of {@code events.list}, checked as Google checks them. */
record EventQuery(
    boolean singleEvents,
    boolean showDeleted,
    int maxResults,
    int maxAttendees,
    Instant timeMin,
    Instant timeMax,
    Instant updatedMin,
    List<String> eventTypes,
    String orderBy,
    String text,
    String iCalUid,
    boolean extendedProperties,
    String syncToken,
    String pageToken,
    ZoneId zone,
    String binding,
    Map<String, String> constant) {

  private static final Set<String> NOT_WITH_SYNC_TOKEN =
      Set.of(
          "iCalUID",
          "orderBy",
          "privateExtendedProperty",
          "q",
          "sharedExtendedProperty",
          "timeMin",
          "timeMax",
          "updatedMin");

  private static final Set<String> REPEATABLE =
      Set.of("eventTypes", "privateExtendedProperty", "sharedExtendedProperty");

  private static final Set<String> EVENT_TYPES =
      Set.of("birthday", "default", "focusTime", "fromGmail", "outOfOffice", "workingLocation");

  /** Parameters that must be as they were in the initial request, with their defaults. */
  private static final Map<String, String> CONSTANT =
      Map.of(
          "alwaysIncludeEmail", "false",
          "maxAttendees", "",
          "maxResults", "250",
          "showDeleted", "false",
          "showHiddenInvitations", "false",
          "singleEvents", "false",
          "timeZone", "");

  static EventQuery parse(Query query, String calendarId, ZoneId calendarZone) {
    Parameters parameters = new Parameters(query, known(), REPEATABLE);
    parameters.flag("alwaysIncludeEmail");
    parameters.flag("showHiddenInvitations");
    EventQuery parsed =
        new EventQuery(
            parameters.flag("singleEvents"),
            parameters.flag("showDeleted"),
            parameters.number("maxResults", 250, 2500),
            parameters.number("maxAttendees", Integer.MAX_VALUE, Integer.MAX_VALUE),
            parameters.instant("timeMin"),
            parameters.instant("timeMax"),
            parameters.instant("updatedMin"),
            query.all("eventTypes").stream().distinct().sorted().toList(),
            parameters.text("orderBy"),
            parameters.text("q"),
            parameters.text("iCalUID"),
            parameters.has("privateExtendedProperty") || parameters.has("sharedExtendedProperty"),
            parameters.text("syncToken"),
            parameters.text("pageToken"),
            parameters.zone("timeZone", calendarZone),
            parameters.binding("events:" + calendarId),
            constant(query));
    parsed.check(query);
    return parsed;
  }

  private static Set<String> known() {
    Set<String> known = new HashSet<>(NOT_WITH_SYNC_TOKEN);
    known.addAll(CONSTANT.keySet());
    known.addAll(Set.of("eventTypes", "pageToken", "syncToken"));
    return known;
  }

  private static Map<String, String> constant(Query query) {
    Map<String, String> constant = new TreeMap<>();
    CONSTANT.forEach(
        (name, usual) -> constant.put(name, query.has(name) ? query.get(name) : usual));
    constant.put(
        "eventTypes",
        String.join(",", query.all("eventTypes").stream().distinct().sorted().toList()));
    return constant;
  }

  private void check(Query query) {
    if (syncToken != null) {
      for (String name : NOT_WITH_SYNC_TOKEN) {
        if (query.has(name)) {
          throw CalendarError.restrictedSync(name);
        }
      }
      if (query.has("showDeleted") && !showDeleted) {
        throw CalendarError.restrictedSync("showDeleted");
      }
    }
    for (String type : eventTypes) {
      if (!EVENT_TYPES.contains(type)) {
        throw CalendarError.invalid("eventTypes", "Invalid event type: " + type);
      }
    }
    if (orderBy != null && !orderBy.equals("startTime") && !orderBy.equals("updated")) {
      throw GoogleError.parameter(
          "invalidParameter",
          "Invalid string value: '" + orderBy + "'. Allowed values: [startTime, updated]",
          "orderBy");
    }
    if ("startTime".equals(orderBy) && !singleEvents) {
      throw GoogleError.parameter(
          "badRequest",
          "The requested ordering is not available for the particular query.",
          "orderBy");
    }
    if (timeMin != null && timeMax != null && !timeMin.isBefore(timeMax)) {
      throw new Refusal(
          GoogleError.listed(
              400,
              "calendar",
              "timeRangeEmpty",
              "The specified time range is empty.",
              "parameter",
              "timeMax"));
    }
  }

  /** Whether the last page of such a full read carries a sync token. */
  boolean canBeSynced() {
    return orderBy == null
        && text == null
        && iCalUid == null
        && updatedMin == null
        && !extendedProperties;
  }
}
