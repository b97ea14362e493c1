package dev.millrace.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.sandbox.calendar.EventDraft;
import dev.millrace.sandbox.calendar.EventTime;
import dev.millrace.sandbox.calendar.Recurrence;
import dev.millrace.sandbox.http.Json;
import dev.millrace.sandbox.http.Request;
import dev.millrace.sandbox.http.Response;
import dev.millrace.sandbox.people.ContactDraft;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code /sandbox/users/…}: what people do to their grants, calendars and contacts. */
final class ControlUsers {

  private final Sandbox sandbox;

  ControlUsers(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  Response answer(Request request, List<String> path) {
    if (path.isEmpty()) {
      return request.method().equals("GET") ? list() : ControlApi.notFound(request);
    }
    SandboxUser user = sandbox.user(path.get(0));
    String what = request.method() + " " + (path.size() > 1 ? path.get(1) : "");
    ObjectNode body = request.body().length == 0 ? Json.object() : Json.read(request.body());
    return switch (what) {
      case "POST revoke" -> revoke(user, body);
      case "POST restore" -> {
        sandbox.restoreGrants(user.email());
        yield ControlApi.done();
      }
      case "POST scopes" -> scopes(user, body);
      case "POST expire" -> expire(user, body);
      case "POST contacts" -> addContact(user, body);
      case "DELETE contacts" -> {
        sandbox.contacts().delete(user.email(), "people/" + path.get(path.size() - 1));
        yield ControlApi.done();
      }
      case "POST calendars", "PATCH calendars", "DELETE calendars" ->
          calendars(request, user, path.subList(2, path.size()), body);
      default -> ControlApi.notFound(request);
    };
  }

  private Response list() {
    ArrayNode list = Json.array();
    for (SandboxUser user : sandbox.users()) {
      ObjectNode json = list.addObject();
      json.put("email", user.email()).put("name", user.name());
      json.put("zone", user.zone().getId()).put("phone", user.phone());
      ArrayNode calendars = json.putArray("calendars");
      sandbox.calendars().ids(user.email()).forEach(calendars::add);
    }
    return Response.json(200, Json.object().set("users", list));
  }

  private Response revoke(SandboxUser user, ObjectNode body) {
    if (ControlApi.text(body, "integration") == null) {
      sandbox.grants().revoke(user.email());
    } else {
      sandbox.grants().revokeGrant(refreshToken(user, body));
    }
    return ControlApi.done();
  }

  private Response scopes(SandboxUser user, ObjectNode body) {
    Set<String> scopes = new HashSet<>();
    body.path("scopes").forEach(scope -> scopes.add(scope.asText()));
    sandbox.grants().setScopes(refreshToken(user, body), scopes);
    return ControlApi.done();
  }

  private static String refreshToken(SandboxUser user, ObjectNode body) {
    String integration = ControlApi.required(body, "integration");
    return switch (integration) {
      case "calendar" -> user.calendarRefreshToken();
      case "contacts" -> user.contactsRefreshToken();
      default ->
          throw new IllegalArgumentException(
              "integration is calendar or contacts, was " + integration);
    };
  }

  private Response expire(SandboxUser user, ObjectNode body) {
    String what = ControlApi.required(body, "what");
    switch (what) {
      case "access-tokens" -> sandbox.grants().expireAccessTokens(user.email());
      case "calendar-sync-tokens" ->
          sandbox
              .calendars()
              .ids(user.email())
              .forEach(id -> sandbox.calendars().expireSyncTokens(user.email(), id));
      case "contacts-sync-tokens" -> sandbox.contacts().expireSyncTokens(user.email());
      default ->
          throw new IllegalArgumentException(
              "what is access-tokens, calendar-sync-tokens or contacts-sync-tokens, was " + what);
    }
    return ControlApi.done();
  }

  private Response addContact(SandboxUser user, ObjectNode body) {
    ContactDraft draft =
        ContactDraft.named(body.path("givenName").asText(""), body.path("familyName").asText(""))
            .organization(body.path("organization").asText(""));
    if (body.has("email")) {
      draft = draft.emails(body.get("email").asText());
    }
    if (body.has("phone")) {
      draft = draft.phones(body.get("phone").asText());
    }
    return Response.json(
        200, Json.object().put("resourceName", sandbox.contacts().add(user.email(), draft)));
  }

  private Response calendars(
      Request request, SandboxUser user, List<String> path, ObjectNode body) {
    String shape = request.method() + " " + path.size();
    switch (shape) {
      case "POST 0" -> {
        String id = ControlApi.required(body, "id");
        sandbox
            .calendars()
            .create(user.email(), id, ControlApi.required(body, "summary"), user.zone());
        return Response.json(200, Json.object().put("id", id));
      }
      case "DELETE 1" -> sandbox.calendars().remove(user.email(), path.get(0));
      case "POST 2" -> {
        String id = sandbox.calendars().add(user.email(), path.get(0), draft(user, body));
        return Response.json(200, Json.object().put("id", id));
      }
      case "PATCH 3" -> edit(user, path.get(0), path.get(2), body);
      case "DELETE 3" -> delete(request, user, path.get(0), path.get(2));
      default -> {
        return ControlApi.notFound(request);
      }
    }
    return ControlApi.done();
  }

  private void edit(SandboxUser user, String calendarId, String eventId, ObjectNode body) {
    String start = ControlApi.text(body, "start");
    String originalStart = ControlApi.text(body, "originalStart");
    if (originalStart != null) {
      sandbox
          .calendars()
          .moveInstance(
              user.email(),
              calendarId,
              eventId,
              time(originalStart, user.zone()),
              time(ControlApi.required(body, "start"), user.zone()));
      return;
    }
    if (start != null) {
      sandbox.calendars().move(user.email(), calendarId, eventId, time(start, user.zone()));
    }
    String summary = ControlApi.text(body, "summary");
    if (summary != null) {
      sandbox.calendars().update(user.email(), calendarId, eventId, draft -> draft.titled(summary));
    }
  }

  private void delete(Request request, SandboxUser user, String calendarId, String eventId) {
    String originalStart = request.query().get("originalStart");
    if (originalStart == null) {
      sandbox.calendars().delete(user.email(), calendarId, eventId);
    } else {
      sandbox
          .calendars()
          .cancelInstance(user.email(), calendarId, eventId, time(originalStart, user.zone()));
    }
  }

  private static EventDraft draft(SandboxUser user, ObjectNode body) {
    String summary = ControlApi.required(body, "summary");
    EventTime start = time(ControlApi.required(body, "start"), user.zone());
    EventDraft draft =
        start.isAllDay()
            ? EventDraft.allDay(summary, start.date(), body.path("days").asInt(1))
            : EventDraft.timed(
                summary, start.time(), Duration.ofMinutes(body.path("minutes").asLong(60)));
    if (body.path("transparent").asBoolean()) {
      draft = draft.transparent();
    }
    if (body.path("tentative").asBoolean()) {
      draft = draft.tentative();
    }
    if (body.has("eventType")) {
      draft = draft.type(body.get("eventType").asText());
    }
    if (body.has("response")) {
      draft = draft.answered(body.get("response").asText());
    }
    return body.has("recurrence")
        ? draft.repeating(Recurrence.parse(body.get("recurrence").asText()))
        : draft;
  }

  /** A date, a local time in the person's zone, or a time with an offset. */
  private static EventTime time(String text, ZoneId zone) {
    if (text.length() == 10) {
      return EventTime.allDay(LocalDate.parse(text));
    }
    boolean hasOffset = text.matches(".*T.*(Z|[+-]\\d\\d:\\d\\d)");
    return EventTime.at(
        hasOffset
            ? OffsetDateTime.parse(text).atZoneSameInstant(zone)
            : LocalDateTime.parse(text).atZone(zone));
  }
}
