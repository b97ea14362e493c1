package dev.millrace.sandbox.calendar;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.sandbox.google.GoogleError;
import dev.millrace.sandbox.google.Pages;
import dev.millrace.sandbox.google.SyncTokens;
import dev.millrace.sandbox.http.Json;
import dev.millrace.sandbox.http.Query;
import dev.millrace.sandbox.http.Response;
import java.time.Clock;
import java.util.Map;
import java.util.Set;

/** {@code GET users/me/calendarList}. */
final class CalendarListEndpoint {

  private static final Set<String> KNOWN =
      Set.of("maxResults", "minAccessRole", "pageToken", "showDeleted", "showHidden", "syncToken");
  private static final Set<String> ROLES = Set.of("freeBusyReader", "owner", "reader", "writer");

  private final Calendars calendars;
  private final SyncTokens tokens;
  private final Clock clock;
  private final Pages<ListEntry> pages = new Pages<>();

  CalendarListEndpoint(Calendars calendars, SyncTokens tokens, Clock clock) {
    this.calendars = calendars;
    this.tokens = tokens;
    this.clock = clock;
  }

  Response list(String account, Query query) {
    Parameters parameters = new Parameters(query, KNOWN, Set.of());
    int size = parameters.number("maxResults", 100, 250);
    boolean showDeleted = parameters.flag("showDeleted");
    boolean showHidden = parameters.flag("showHidden");
    String role = parameters.text("minAccessRole");
    if (role != null && !ROLES.contains(role)) {
      throw GoogleError.parameter(
          "invalidParameter", "Invalid string value: '" + role + "'.", "minAccessRole");
    }
    String syncToken = parameters.text("syncToken");
    if (syncToken != null) {
      if (role != null) {
        throw CalendarError.restrictedSync("minAccessRole");
      }
      for (String name : Set.of("showDeleted", "showHidden")) {
        if (query.has(name) && !parameters.flag(name)) {
          throw CalendarError.restrictedSync(name);
        }
      }
    }
    String binding = parameters.binding("calendarList:" + account);
    Pages.Page<ListEntry> page;
    if (parameters.has("pageToken")) {
      page =
          pages
              .next(binding, parameters.text("pageToken"))
              .orElseThrow(() -> CalendarError.invalid("pageToken", "Invalid page token value."));
    } else {
      Map<String, String> constant =
          Map.of(
              "maxResults", String.valueOf(size),
              "showDeleted", String.valueOf(showDeleted),
              "showHidden", String.valueOf(showHidden));
      String next =
          tokens.encode(
              new SyncTokens.State(
                  "list " + account, calendars.listRevision(), 0, clock.instant(), constant));
      long since = syncToken == null ? -1 : since(account, syncToken, constant);
      page =
          pages.first(
              binding,
              calendars.list(account).stream()
                  .filter(e -> e.revision() > since)
                  .filter(e -> !e.deleted() || showDeleted || syncToken != null)
                  .filter(e -> !"owner".equals(role) || e.accessRole().equals("owner"))
                  .toList(),
              size,
              role == null ? next : null);
    }
    return answer(page);
  }

  private long since(String account, String syncToken, Map<String, String> constant) {
    SyncTokens.State state =
        tokens
            .decode(syncToken)
            .filter(s -> s.subject().equals("list " + account))
            .orElseThrow(CalendarError::fullSyncRequired);
    EventsEndpoint.checkConstant(state.query(), constant);
    return state.revision();
  }

  private static Response answer(Pages.Page<ListEntry> page) {
    ObjectNode body = Json.object().put("kind", "calendar#calendarList").put("etag", "\"list\"");
    if (page.nextPageToken() != null) {
      body.put("nextPageToken", page.nextPageToken());
    } else if (page.nextSyncToken() != null) {
      body.put("nextSyncToken", page.nextSyncToken());
    }
    ArrayNode items = body.putArray("items");
    page.items().forEach(entry -> items.add(json(entry)));
    return Response.json(200, body);
  }

  private static ObjectNode json(ListEntry entry) {
    StoredCalendar calendar = entry.calendar();
    ObjectNode json =
        Json.object()
            .put("kind", "calendar#calendarListEntry")
            .put("etag", "\"" + entry.revision() + "\"")
            .put("id", calendar.id);
    if (entry.deleted()) {
      return json.put("deleted", true);
    }
    json.put("summary", calendar.summary);
    json.put("timeZone", calendar.zone.getId());
    json.put("colorId", "14").put("backgroundColor", "#9fe1e7").put("foregroundColor", "#000000");
    if (entry.selected()) {
      json.put("selected", true);
    }
    json.put("accessRole", entry.accessRole());
    json.putArray("defaultReminders");
    if (entry.primary()) {
      json.put("primary", true);
    }
    return json;
  }
}
