package dev.millrace.account;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.job.PermanentException;
import dev.millrace.job.WaitException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Set;
import java.util.function.Consumer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.client.ResourceAccessException;

/**
 * What an answer of Google's APIs means, whatever was asked, and the count of them: {@code
 * external.calls} by service and code.
 */
@Component
public class GoogleAnswers {

  private static final String DISABLED = "google_api_disabled";

  /** Key of the alert that the People API is switched off; closed by a sync that it answered. */
  public static final String PEOPLE_DISABLED = DISABLED + ":people";

  /** The same of the Calendar API. */
  public static final String CALENDAR_DISABLED = DISABLED + ":calendar";

  private static final int NO_CONTENT = 204;

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

  private final ObjectMapper json;
  private final ListAnswer lists;
  private final Clock clock;
  private final MeterRegistry meters;

  public GoogleAnswers(ObjectMapper json, Clock clock, MeterRegistry meters) {
    this.json = json;
    this.lists = new ListAnswer(json);
    this.clock = clock;
    this.meters = meters;
  }

  /**
   * The body of an answer; an empty object where it has none and needs none.
   *
   * @param operation Google's name of the call, e.g. {@code events.list}
   * @throws UnauthorizedException on 401
   * @throws WaitException on 429, and on 403 for a used-up quota
   * @throws GoogleRefusal on any other 4xx; 403, 404 and 410 have classes of their own
   * @throws GoogleUnavailableException on 408, 5xx or an unreadable answer
   * @throws ConfigurationException if the API is not switched on for this application
   */
  public JsonNode read(String operation, ClientHttpResponse response) throws IOException {
    return read(operation, response, json::readTree);
  }

  /** The same of a page, whose list goes to {@code each} element by element. */
  JsonNode page(String operation, ClientHttpResponse response, String list, Consumer<JsonNode> each)
      throws IOException {
    return read(operation, response, body -> lists.read(body, list, each));
  }

  private JsonNode read(String operation, ClientHttpResponse response, BodyReader reader)
      throws IOException {
    int status = response.getStatusCode().value();
    HttpHeaders headers = response.getHeaders();
    count(operation, String.valueOf(status));
    if (status == 200) {
      return body(operation, response, reader);
    }
    if (status == NO_CONTENT) {
      return json.createObjectNode();
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
          DISABLED,
          ofPeople(operation) ? PEOPLE_DISABLED : CALENDAR_DISABLED,
          "Google, %s: %s: enable the API in the project of google.client-id"
              .formatted(operation, reason));
    }
    throw GoogleRefusal.of(operation, status, reason);
  }

  /**
   * No answer came, or one that is too long. Spring's exception quotes the address, the one below
   * it does not.
   */
  public RuntimeException none(String operation, ResourceAccessException failure) {
    if (failure.getCause() instanceof BoundedAnswers.TooLarge tooLarge) {
      return new PermanentException(
          "Google, %s: %s, the limit of google.max-answer"
              .formatted(operation, tooLarge.getMessage()));
    }
    count(operation, "io");
    return new GoogleUnavailableException(operation, "io", failure.getCause());
  }

  static boolean ofPeople(String operation) {
    return operation.startsWith("people") || operation.startsWith("contactGroups");
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

  private void count(String operation, String code) {
    String service = ofPeople(operation) ? "google_people" : "google_calendar";
    meters.counter("external.calls", "service", service, "code", code).increment();
  }

  private interface BodyReader {
    JsonNode read(InputStream body) throws IOException;
  }
}
