package dev.millrace.sandbox.calendar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.sandbox.google.GoogleError;
import dev.millrace.sandbox.http.Json;
import dev.millrace.sandbox.http.Refusal;
import dev.millrace.sandbox.http.Request;
import dev.millrace.sandbox.http.Response;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** {@code POST calendars/{calendarId}/events/watch} and {@code POST channels/stop}. */
final class WatchEndpoint {

  private static final Set<String> KNOWN = Set.of("eventTypes");
  private static final int LONGEST_ID = 64;
  private static final int LONGEST_TOKEN = 256;

  private final Calendars calendars;
  private final Channels channels;

  WatchEndpoint(Calendars calendars, Channels channels) {
    this.calendars = calendars;
    this.channels = channels;
  }

  Response watch(String account, String calendarId, Request request) {
    new Parameters(request.query(), KNOWN, KNOWN);
    ObjectNode asked = body(request);
    String id = required(asked, "id");
    if (!id.matches("[A-Za-z0-9\\-_+/=]{1," + LONGEST_ID + "}")) {
      throw CalendarError.invalid("id", "Invalid channel id: at most 64 of A-Za-z0-9-_+/=");
    }
    String type = required(asked, "type");
    if (!type.equals("web_hook") && !type.equals("webhook")) {
      throw push("channelTypeNotSupported", "Channel type not supported: " + type);
    }
    URI address = address(required(asked, "address"));
    String token = asked.hasNonNull("token") ? asked.get("token").asText() : null;
    if (token != null && token.length() > LONGEST_TOKEN) {
      throw CalendarError.invalid("token", "The token is longer than 256 characters");
    }
    Duration wanted = life(asked);
    ListEntry entry = calendars.find(account, calendarId);
    if (entry == null) {
      throw CalendarError.notFound();
    }
    if (entry.calendar().generated) {
      throw CalendarError.calendar(
          400,
          "pushNotSupportedForRequestedResource",
          "Push notifications are not supported by this resource.");
    }
    String resourceUri =
        "https://www.googleapis.com/calendar/v3/calendars/"
            + URLEncoder.encode(calendarId, StandardCharsets.UTF_8)
            + "/events?alt=json";
    Channel opened =
        channels
            .open(id, token, address, account, entry.calendar().id, resourceUri, wanted)
            .orElseThrow(
                () ->
                    new Refusal(
                        GoogleError.listed(
                            400,
                            "global",
                            "channelIdNotUnique",
                            "Channel id " + id + " not unique",
                            null,
                            null)));
    ObjectNode answer =
        Json.object()
            .put("kind", "api#channel")
            .put("id", id)
            .put("resourceId", opened.resourceId)
            .put("resourceUri", resourceUri);
    if (token != null) {
      answer.put("token", token);
    }
    return Response.json(
        200, answer.put("expiration", String.valueOf(opened.expiresAt.toEpochMilli())));
  }

  Response stop(String account, Request request) {
    new Parameters(request.query(), Set.of(), Set.of());
    ObjectNode asked = body(request);
    String id = required(asked, "id");
    String resourceId = required(asked, "resourceId");
    if (!channels.stop(account, id, resourceId)) {
      throw new Refusal(
          GoogleError.listed(
              404,
              "global",
              "notFound",
              "Channel '" + id + "' not found for project 'sandbox'",
              null,
              null));
    }
    return Response.empty(204);
  }

  private static ObjectNode body(Request request) {
    String type = request.header("Content-Type");
    if (type == null || !type.startsWith("application/json")) {
      throw new Refusal(
          GoogleError.listed(
              400, "global", "badContent", "Content-Type must be application/json", null, null));
    }
    try {
      return Json.read(request.body());
    } catch (Refusal e) {
      throw new Refusal(GoogleError.listed(400, "global", "parseError", "Parse Error", null, null));
    }
  }

  private static String required(ObjectNode body, String name) {
    JsonNode value = body.get(name);
    if (value == null || !value.isTextual() || value.asText().isEmpty()) {
      throw new Refusal(
          GoogleError.listed(400, "global", "required", "Required: " + name, null, null));
    }
    return value.asText();
  }

  private URI address(String text) {
    URI address;
    try {
      address = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw push("webhookUrlInvalid", "Invalid WebHook callback: " + text);
    }
    if (address.getHost() == null) {
      throw push("webhookUrlInvalid", "Invalid WebHook callback: " + text);
    }
    if (!channels.accepts(address)) {
      throw push("webhookUrlNotHttps", "WebHook callback must be HTTPS: " + text);
    }
    return address;
  }

  /** {@code params.ttl} in seconds or {@code expiration} in milliseconds, whichever ends first. */
  private Duration life(ObjectNode asked) {
    Duration life = Channels.USUAL_LIFE;
    JsonNode ttl = asked.path("params").path("ttl");
    if (!ttl.isMissingNode()) {
      life = shorter(life, Duration.ofSeconds(positive(ttl, "params.ttl")));
    }
    JsonNode expiration = asked.path("expiration");
    if (!expiration.isMissingNode() && !expiration.isNull()) {
      Instant end = Instant.ofEpochMilli(positive(expiration, "expiration"));
      Duration left = Duration.between(channels.now(), end);
      if (left.isNegative() || left.isZero()) {
        throw CalendarError.invalid("expiration", "The expiration lies in the past");
      }
      life = shorter(life, left);
    }
    return life;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static long positive(JsonNode value, String name) {
    String text = value.asText();
    if (!text.matches("[1-9]\\d{0,15}")) {
      throw CalendarError.invalid(name, "Invalid value for " + name + ": " + text);
    }
    return Long.parseLong(text);
  }

  private static Refusal push(String reason, String message) {
    return new Refusal(GoogleError.listed(400, "global", "push." + reason, message, null, null));
  }
}
