package dev.millrace.account;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.job.PermanentException;
import dev.millrace.job.Quota;
import dev.millrace.job.WaitException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/**
 * Reads Google's APIs on behalf of one connection.
 *
 * <p>It can only read: whatever a job does, it cannot change what a user keeps at Google. A token
 * goes to the configured addresses and nowhere else.
 */
@Component
public class GoogleApi {

  /** The limits by which jobs ask, as in {@code millrace.rate-limits}. */
  public static final String CALENDAR = "google-calendar-jobs";

  static final String PEOPLE = "google-people-jobs";

  /** 403 that time heals; any other 403 is a refusal. */
  private static final Set<String> USED_UP =
      Set.of(
          "rateLimitExceeded",
          "userRateLimitExceeded",
          "quotaExceeded",
          "dailyLimitExceeded",
          "RATE_LIMIT_EXCEEDED",
          "RESOURCE_EXHAUSTED");

  /** 403 for all users alike, until an operator acts. */
  private static final Set<String> SWITCHED_OFF = Set.of("accessNotConfigured", "SERVICE_DISABLED");

  private final RestClient http;
  private final TokenProvider tokens;
  private final Quota quota;
  private final List<URI> bases;
  private final ObjectMapper json;
  private final ListAnswer lists;
  private final Clock clock;
  private final MeterRegistry meters;

  public GoogleApi(
      RestClient googleClient,
      GoogleProperties google,
      TokenProvider tokens,
      Quota quota,
      ObjectMapper json,
      Clock clock,
      MeterRegistry meters) {
    this.http = googleClient.mutate().requestInterceptor(new ReadOnly()).build();
    this.tokens = tokens;
    this.quota = quota;
    this.bases = List.of(google.calendarBase(), google.peopleBase());
    this.json = json;
    this.lists = new ListAnswer(json);
    this.clock = clock;
    this.meters = meters;
  }

  /**
   * Reads one resource. A refused token is replaced once, and the request repeated once.
   *
   * @param operation Google's name of the call, e.g. {@code events.list}: for errors and metrics,
   *     which must not show an address, because addresses hold mail addresses and tokens
   * @throws UnauthorizedException if Google refuses a fresh token, too
   * @throws WaitException on 429, on 403 for a used-up quota, and when our own limit is used up
   * @throws GoogleRefusal on any other 4xx; 403, 404 and 410 have classes of their own
   * @throws GoogleUnavailableException on 408, 5xx, an I/O error or an unreadable answer
   * @throws DeadGrantException if there is no token to be had
   * @throws ConfigurationException if the API is not switched on for this application
   * @throws PermanentException if the answer is longer than {@code google.max-answer}
   */
  public JsonNode get(UUID connectionId, String operation, URI uri) {
    return get(connectionId, operation, uri, json::readTree);
  }

  /**
   * Reads one page of a list as {@link #get(UUID, String, URI)} does, but holds one element at a
   * time.
   *
   * @param list the field that holds the list
   * @param each gets the elements as they come. After an exception it got some of them
   * @return the page without its list
   */
  public JsonNode page(
      UUID connectionId, String operation, URI uri, String list, Consumer<JsonNode> each) {
    return get(connectionId, operation, uri, body -> lists.read(body, list, each));
  }

  private JsonNode get(UUID connectionId, String operation, URI uri, BodyReader reader) {
    if (bases.stream().noneMatch(base -> below(base, uri))) {
      throw new IllegalArgumentException(
          operation
              + ": "
              + uri.getHost()
              + " is not below google.calendar-base or google.people-base");
    }
    AccessToken token = tokens.get(connectionId);
    try {
      return read(connectionId, operation, uri, token, reader);
    } catch (UnauthorizedException e) {
      return read(connectionId, operation, uri, tokens.replace(connectionId, token), reader);
    }
  }

  private JsonNode read(
      UUID connectionId, String operation, URI uri, AccessToken token, BodyReader reader) {
    // a connection is one user's
    quota.take(ofPeople(operation) ? PEOPLE : CALENDAR, connectionId.toString());
    try {
      return http.get()
          .uri(uri)
          .accept(MediaType.APPLICATION_JSON)
          .headers(headers -> headers.setBearerAuth(token.value()))
          .exchange((request, response) -> answer(operation, response, reader));
    } catch (ResourceAccessException e) {
      if (e.getCause() instanceof BoundedAnswers.TooLarge tooLarge) {
        throw new PermanentException(
            "Google, %s: %s, the limit of google.max-answer"
                .formatted(operation, tooLarge.getMessage()));
      }
      count(operation, "io");
      // Spring's exception quotes the address, the one below it does not
      throw new GoogleUnavailableException(operation, "io", e.getCause());
    }
  }

  private JsonNode answer(String operation, ClientHttpResponse response, BodyReader reader)
      throws IOException {
    int status = response.getStatusCode().value();
    HttpHeaders headers = response.getHeaders();
    count(operation, String.valueOf(status));
    if (status == 200) {
      return body(operation, response, reader);
    }
    if (status == 401) {
      throw new UnauthorizedException(operation);
    }
    if (status == 408 || status >= 500) {
      throw new GoogleUnavailableException(operation, "http_" + status, null);
    }
    String reason = reason(response);
    if (status == 429 || (status == 403 && USED_UP.contains(reason))) {
      throw new WaitException(RetryAfter.read(headers, clock), "rate_limited");
    }
    if (status == 403 && SWITCHED_OFF.contains(reason)) {
      throw new ConfigurationException(
          "google_api_disabled",
          "Google, %s: %s: enable the API in the project of google.client-id"
              .formatted(operation, reason));
    }
    throw GoogleRefusal.of(operation, status, reason);
  }

  private JsonNode body(String operation, ClientHttpResponse response, BodyReader reader)
      throws IOException {
    try {
      JsonNode body = reader.read(response.getBody());
      if (body != null && body.isObject()) {
        return body;
      }
    } catch (JacksonException e) {
      // its message would quote what Google sent: a user's data
    }
    throw new GoogleUnavailableException(operation, "unreadable_answer", null);
  }

  /** The most specific word: of ErrorInfo, of the first error, of the status. */
  private String reason(ClientHttpResponse response) throws IOException {
    JsonNode error;
    try {
      error = json.readTree(response.getBody()).path("error");
    } catch (JacksonException e) {
      return "unknown";
    }
    for (JsonNode detail : error.path("details")) {
      if (detail.hasNonNull("reason")) {
        return detail.get("reason").asText();
      }
    }
    String first = error.path("errors").path(0).path("reason").asText("");
    if (!first.isEmpty()) {
      return first;
    }
    // People tells an expired sync token by its message alone now and then
    if (error.path("message").asText("").contains("Sync token is expired")) {
      return "EXPIRED_SYNC_TOKEN";
    }
    return error.path("status").asText("unknown");
  }

  private static boolean below(URI base, URI uri) {
    return base.getScheme().equals(uri.getScheme())
        && base.getAuthority().equals(uri.getAuthority())
        && uri.getPath().startsWith(base.getPath() + "/");
  }

  private static boolean ofPeople(String operation) {
    return operation.startsWith("people") || operation.startsWith("contactGroups");
  }

  private void count(String operation, String code) {
    String service = ofPeople(operation) ? "google_people" : "google_calendar";
    meters.counter("external.calls", "service", service, "code", code).increment();
  }

  private interface BodyReader {
    JsonNode read(InputStream body) throws IOException;
  }
}
