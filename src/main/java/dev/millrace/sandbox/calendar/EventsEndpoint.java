package dev.millrace.sandbox.calendar;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.sandbox.google.Pages;
import dev.millrace.sandbox.google.SyncTokens;
import dev.millrace.sandbox.http.Json;
import dev.millrace.sandbox.http.Query;
import dev.millrace.sandbox.http.Refusal;
import dev.millrace.sandbox.http.Response;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** {@code GET calendars/{calendarId}/events}. */
final class EventsEndpoint {

  /** Further back, changes are no longer known. */
  private static final Duration LONGEST_UPDATED_MIN = Duration.ofDays(29);

  private final Calendars calendars;
  private final SyncTokens tokens;
  private final Clock clock;
  private final Pages<CalendarEvent> pages = new Pages<>();

  EventsEndpoint(Calendars calendars, SyncTokens tokens, Clock clock) {
    this.calendars = calendars;
    this.tokens = tokens;
    this.clock = clock;
  }

  Response list(String account, String calendarId, Query parameters) {
    ListEntry entry = calendars.find(account, calendarId);
    if (entry == null) {
      throw CalendarError.notFound();
    }
    StoredCalendar calendar = entry.calendar();
    EventQuery query = EventQuery.parse(parameters, account + ":" + calendar.id, calendar.zone);
    return calendars.atOnce(() -> answer(account, entry, query, page(account, calendar, query)));
  }

  private Pages.Page<CalendarEvent> page(
      String account, StoredCalendar calendar, EventQuery query) {
    if (query.pageToken() != null) {
      return pages
          .next(query.binding(), query.pageToken())
          .orElseThrow(() -> CalendarError.invalid("pageToken", "Invalid page token value."));
    }
    String subject = account + " " + calendar.id;
    String nextSyncToken =
        query.canBeSynced()
            ? tokens.encode(
                new SyncTokens.State(
                    subject,
                    calendar.revision(),
                    calendar.tokenEpoch(),
                    clock.instant(),
                    query.constant()))
            : null;
    EventLister lister = new EventLister(calendar, query);
    if (query.syncToken() == null) {
      if (query.updatedMin() != null
          && query.updatedMin().isBefore(clock.instant().minus(LONGEST_UPDATED_MIN))) {
        throw new Refusal(CalendarError.failure(410, "updatedMinTooLongAgo"));
      }
      return pages.first(query.binding(), lister.all(), query.maxResults(), nextSyncToken);
    }
    SyncTokens.State state =
        tokens
            .decode(query.syncToken())
            .filter(s -> s.subject().equals(subject) && s.epoch() == calendar.tokenEpoch())
            .orElseThrow(CalendarError::fullSyncRequired);
    checkConstant(state.query(), query.constant());
    return pages.first(
        query.binding(), lister.since(state.revision()), query.maxResults(), nextSyncToken);
  }

  static void checkConstant(Map<String, String> initial, Map<String, String> now) {
    initial.forEach(
        (name, value) -> {
          if (!value.equals(now.get(name))) {
            throw CalendarError.invalid(
                name,
                "The parameter "
                    + name
                    + " differs from the request that the sync token was issued for.");
          }
        });
  }

  private static Response answer(
      String account, ListEntry entry, EventQuery query, Pages.Page<CalendarEvent> page) {
    StoredCalendar calendar = entry.calendar();
    ObjectNode body = Json.object();
    body.put("kind", "calendar#events");
    body.put("etag", "\"p" + calendar.revision() + "\"");
    body.put("summary", calendar.summary);
    body.put("updated", calendar.updated().toString());
    body.put("timeZone", query.zone().getId());
    body.put("accessRole", entry.accessRole());
    body.putArray("defaultReminders");
    if (page.nextPageToken() != null) {
      body.put("nextPageToken", page.nextPageToken());
    } else if (page.nextSyncToken() != null) {
      body.put("nextSyncToken", page.nextSyncToken());
    }
    ArrayNode items = body.putArray("items");
    EventJson json = new EventJson(calendar, account, query);
    page.items().forEach(event -> items.add(json.of(event)));
    return Response.json(200, body);
  }
}
