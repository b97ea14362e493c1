package dev.millrace.account;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.job.WaitException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.Set;
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

  private final ObjectMapper json;
  private final Clock clock;
  private final MeterRegistry meters;

  public GoogleAnswers(ObjectMapper json, Clock clock, MeterRegistry meters) {
    this.json = json;
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
   */
  public JsonNode read(String operation, ClientHttpResponse response) throws IOException {
    int status = response.getStatusCode().value();
    HttpHeaders headers = response.getHeaders();
    count(operation, String.valueOf(status));
    if (status == 200) {
      return body(operation, response);
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
    throw GoogleRefusal.of(operation, status, reason);
  }

  /** No answer came. Spring's exception quotes the address, the one below it does not. */
  public GoogleUnavailableException none(String operation, ResourceAccessException failure) {
    count(operation, "io");
    return new GoogleUnavailableException(operation, "io", failure.getCause());
  }

  static boolean ofPeople(String operation) {
    return operation.startsWith("people") || operation.startsWith("contactGroups");
  }

  private JsonNode body(String operation, ClientHttpResponse response) throws IOException {
    try {
      JsonNode body = json.readTree(response.getBody());
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
}
