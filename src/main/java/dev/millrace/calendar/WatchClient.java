package dev.millrace.calendar;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.account.AccessToken;
import dev.millrace.account.GoogleApi;
import dev.millrace.account.GoogleProperties;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.TokenProvider;
import dev.millrace.account.UnauthorizedException;
import dev.millrace.job.Quota;
import dev.millrace.job.WaitException;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
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

  private static final Duration PAUSE = Duration.ofSeconds(60);
  private static final Set<String> USED_UP =
      Set.of("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded");

  private final RestClient http;
  private final TokenProvider tokens;
  private final Quota quota;
  private final URI base;
  private final ObjectMapper json;
  private final Clock clock;

  WatchClient(
      RestClient googleClient,
      GoogleProperties google,
      TokenProvider tokens,
      Quota quota,
      ObjectMapper json,
      Clock clock) {
    this.http = googleClient;
    this.base = google.calendarBase();
    this.tokens = tokens;
    this.quota = quota;
    this.json = json;
    this.clock = clock;
  }

  record Opened(String resourceId, Instant expiresAt) {}

  private record Answer(int status, JsonNode body, HttpHeaders headers) {}

  /**
   * @throws WatchRefusedException on a 4xx that repeating does not change
   * @throws WaitException where Google asks for a pause
   * @throws GoogleUnavailableException where Google did not answer
   */
  Opened watch(UUID connection, String googleCalendarId, UUID channel, String token, URI address) {
    URI uri =
        UriComponentsBuilder.fromUri(base)
            .pathSegment("calendars", "{id}", "events", "watch")
            .encode()
            .buildAndExpand(googleCalendarId)
            .toUri();
    Answer answer =
        post(
            connection,
            "events.watch",
            uri,
            Map.of(
                "id", channel.toString(),
                "type", "web_hook",
                "address", address.toString(),
                "token", token,
                "params", Map.of("ttl", String.valueOf(LIFETIME.toSeconds()))));
    if (answer.status() != 200) {
      throw new WatchRefusedException(answer.status(), reason(answer.body()));
    }
    return new Opened(
        answer.body().path("resourceId").asText(null),
        Instant.ofEpochMilli(answer.body().path("expiration").asLong()));
  }

  /** Whether the channel is gone now; Google says 404 of one that it no longer knows. */
  boolean stop(UUID connection, UUID channel, String resourceId) {
    URI uri = UriComponentsBuilder.fromUri(base).path("/channels/stop").build().toUri();
    Answer answer =
        post(
            connection,
            "channels.stop",
            uri,
            Map.of("id", channel.toString(), "resourceId", resourceId));
    return answer.status() == 204 || answer.status() == 200 || answer.status() == 404;
  }

  /** A refused token is replaced once, and the request repeated once. */
  private Answer post(UUID connection, String operation, URI uri, Map<String, ?> body) {
    AccessToken token = tokens.get(connection);
    quota.take(GoogleApi.CALENDAR, connection.toString());
    Answer answer = post(operation, uri, body, token);
    if (answer.status() == 401) {
      quota.take(GoogleApi.CALENDAR, connection.toString());
      answer = post(operation, uri, body, tokens.replace(connection, token));
    }
    int status = answer.status();
    if (status == 401) {
      throw new UnauthorizedException(operation);
    }
    if (status == 408 || status >= 500) {
      throw new GoogleUnavailableException(operation, "http_" + status, null);
    }
    if (status == 429 || (status == 403 && USED_UP.contains(reason(answer.body())))) {
      throw new WaitException(clock.instant().plus(pause(answer.headers())), "rate_limited");
    }
    return answer;
  }

  private Answer post(String operation, URI uri, Map<String, ?> body, AccessToken token) {
    try {
      return http.post()
          .uri(uri)
          .contentType(MediaType.APPLICATION_JSON)
          .headers(headers -> headers.setBearerAuth(token.value()))
          .body(body)
          .exchange(
              (request, response) ->
                  new Answer(
                      response.getStatusCode().value(), parsed(response), response.getHeaders()));
    } catch (ResourceAccessException unreachable) {
      // Spring's exception quotes the address, which holds a mail address
      throw new GoogleUnavailableException(operation, "io", unreachable.getCause());
    }
  }

  private JsonNode parsed(ClientHttpResponse response) throws IOException {
    try {
      return json.readTree(response.getBody());
    } catch (JacksonException noJson) {
      return json.createObjectNode();
    }
  }

  private static String reason(JsonNode body) {
    return body.path("error").path("errors").path(0).path("reason").asText("unknown");
  }

  private static Duration pause(HttpHeaders headers) {
    String seconds = headers.getFirst(HttpHeaders.RETRY_AFTER);
    return seconds != null && seconds.matches("\\d{1,6}")
        ? Duration.ofSeconds(Long.parseLong(seconds))
        : PAUSE;
  }
}
