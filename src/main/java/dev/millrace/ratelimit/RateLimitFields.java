package dev.millrace.ratelimit;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * How a decision is told over HTTP: the fields {@code RateLimit} and {@code RateLimit-Policy} of
 * draft-ietf-httpapi-ratelimit-headers-11, the older {@code X-RateLimit-*}, and the body of a
 * refusal, which is a problem of RFC 9457.
 */
final class RateLimitFields {

  private static final String PROBLEM_TYPES = "https://iana.org/assignments/http-problem-types#";

  private final ObjectMapper json;
  private final Clock clock;

  RateLimitFields(ObjectMapper json, Clock clock) {
    this.json = json;
    this.clock = clock;
  }

  /** Says how much is left, unless nobody counts. */
  void write(HttpServletResponse response, RateLimit limit, Decision decision) {
    switch (decision.source()) {
      case OPEN, CLOSED, DISABLED -> {
        return;
      }
      default -> {}
    }
    response.setHeader(
        "RateLimit-Policy",
        "\"%s\";q=%d;w=%d".formatted(limit.name(), limit.quota(), seconds(limit.window())));
    response.setHeader(
        "RateLimit",
        "\"%s\";r=%d;t=%d"
            .formatted(
                limit.name(),
                decision.remaining(),
                seconds(Duration.between(clock.instant(), decision.resetAt()))));
    response.setHeader("X-RateLimit-Limit", Long.toString(decision.quota()));
    response.setHeader("X-RateLimit-Remaining", Long.toString(decision.remaining()));
    response.setHeader("X-RateLimit-Reset", decision.resetAt().toString());
  }

  /** Answers a request that was refused. */
  void refuse(HttpServletResponse response, Decision decision) throws IOException {
    boolean exceeded = decision.source() != Decision.Source.CLOSED;
    HttpStatus status = exceeded ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.SERVICE_UNAVAILABLE;
    long wait = Math.max(1, seconds(decision.retryAfter()));
    String detail =
        exceeded
            ? "%d requests in the time of this limit are used up. Ask again in %d s."
                .formatted(decision.quota(), wait)
            : "Requests cannot be counted at the moment. Ask again in %d s.".formatted(wait);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", PROBLEM_TYPES + (exceeded ? "quota-exceeded" : "temporary-reduced-capacity"));
    body.put(
        "title",
        exceeded
            ? "Request cannot be satisfied as assigned quota has been exceeded"
            : "Request cannot be satisfied due to temporary server capacity constraints");
    body.put("status", status.value());
    body.put("detail", detail);
    body.put("violated-policies", List.of(decision.limit()));
    // What clients of the Node application read.
    body.put("error", status.getReasonPhrase());
    body.put("message", detail);
    body.put("retryAfter", wait);
    response.setStatus(status.value());
    response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(wait));
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    json.writeValue(response.getOutputStream(), body);
  }

  /** Rounded up: who comes a moment too early would be refused again. */
  private static long seconds(Duration duration) {
    return duration.isPositive() ? Math.ceilDiv(duration.toMillis(), 1_000L) : 0;
  }
}
