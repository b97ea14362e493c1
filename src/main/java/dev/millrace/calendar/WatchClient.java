package dev.millrace.calendar;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.account.AccessToken;
import dev.millrace.account.GoogleAnswers;
import dev.millrace.account.GoogleApi;
import dev.millrace.account.GoogleProperties;
import dev.millrace.account.GoogleRefusal;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.TokenProvider;
import dev.millrace.account.UnauthorizedException;
import dev.millrace.job.Quota;
import dev.millrace.job.WaitException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Opens and stops push channels: the only two requests to Google that are not reads, and the reason
 * for a client of their own. Neither changes anything that a user keeps at Google.
 */
@Component
class WatchClient {

  /** Asked for; what counts is what Google answers. */
  static final Duration LIFETIME = Duration.ofDays(7);

  private static final String WATCH = "events.watch";

  private final RestClient http;
  private final TokenProvider tokens;
  private final Quota quota;
  private final URI base;
  private final GoogleAnswers answers;

  WatchClient(
      RestClient googleClient,
      GoogleProperties google,
      TokenProvider tokens,
      Quota quota,
      GoogleAnswers answers) {
    this.http = googleClient;
    this.base = google.calendarBase();
    this.tokens = tokens;
    this.quota = quota;
    this.answers = answers;
  }

  record Opened(String resourceId, Instant expiresAt) {}

  /**
   * Opens a channel.
   *
   * @throws GoogleRefusal on a 4xx that repeating does not change
   * @throws WaitException where Google asks for a pause, or our own limit is used up
   * @throws GoogleUnavailableException where Google did not answer; the channel may exist
   */
  Opened watch(UUID connection, String googleCalendarId, UUID channel, String token, URI address) {
    URI uri =
        UriComponentsBuilder.fromUri(base)
            .pathSegment("calendars", "{id}", "events", "watch")
            .encode()
            .buildAndExpand(googleCalendarId)
            .toUri();
    JsonNode opened =
        post(
            connection,
            WATCH,
            uri,
            Map.of(
                "id", channel.toString(),
                "type", "web_hook",
                "address", address.toString(),
                "token", token,
                "params", Map.of("ttl", String.valueOf(LIFETIME.toSeconds()))));
    String resource = opened.path("resourceId").asText("");
    long expiration = opened.path("expiration").asLong();
    if (resource.isEmpty() || expiration <= 0) {
      throw new GoogleUnavailableException(WATCH, "unreadable_answer", null);
    }
    return new Opened(resource, Instant.ofEpochMilli(expiration));
  }

  /**
   * Stops a channel; one that Google no longer knows is as good as stopped.
   *
   * @throws GoogleRefusal on a 4xx but 404
   * @throws WaitException where Google asks for a pause, or our own limit is used up
   * @throws GoogleUnavailableException where Google did not answer
   */
  void stop(UUID connection, UUID channel, String resourceId) {
    URI uri = UriComponentsBuilder.fromUri(base).path("/channels/stop").build().toUri();
    try {
      post(
          connection,
          "channels.stop",
          uri,
          Map.of("id", channel.toString(), "resourceId", resourceId));
    } catch (GoogleRefusal.NotFound gone) {
      return;
    }
  }

  /** A refused token is replaced once, and the request repeated once. */
  private JsonNode post(UUID connection, String operation, URI uri, Map<String, ?> body) {
    AccessToken token = tokens.get(connection);
    try {
      return post(connection, operation, uri, body, token);
    } catch (UnauthorizedException e) {
      return post(connection, operation, uri, body, tokens.replace(connection, token));
    }
  }

  private JsonNode post(
      UUID connection, String operation, URI uri, Map<String, ?> body, AccessToken token) {
    quota.take(GoogleApi.CALENDAR, connection.toString());
    try {
      return http.post()
          .uri(uri)
          .contentType(MediaType.APPLICATION_JSON)
          .headers(headers -> headers.setBearerAuth(token.value()))
          .body(body)
          .exchange((request, response) -> answers.read(operation, response));
    } catch (ResourceAccessException e) {
      throw answers.none(operation, e);
    }
  }
}
