package dev.millrace.ratelimit;

import dev.millrace.problem.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.http.HttpStatus;

/**
 * How a decision is told over HTTP: the fields {@code RateLimit} and {@code RateLimit-Policy} of
 * draft-ietf-httpapi-ratelimit-headers-11, the older {@code X-RateLimit-*}, and the body of a
 * refusal, which is a problem of RFC 9457.
 */
final class RateLimitFields {

  private static final String PROBLEM_TYPES = "https://iana.org/assignments/http-problem-types#";

  private final Clock clock;

  RateLimitFields(Clock clock) {
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

  /** What a request that was refused is answered. */
  static Problem problem(Decision decision) {
    boolean exceeded = decision.source() != Decision.Source.CLOSED;
    HttpStatus status = exceeded ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.SERVICE_UNAVAILABLE;
    long wait = Math.max(1, seconds(decision.retryAfter()));
    String detail =
        exceeded
            ? "%d requests in the time of this limit are used up. Ask again in %d s."
                .formatted(decision.quota(), wait)
            : "Requests cannot be counted at the moment. Ask again in %d s.".formatted(wait);
    return Problem.of(status, detail)
        .kind(PROBLEM_TYPES + (exceeded ? "quota-exceeded" : "temporary-reduced-capacity"))
        .retryAfter(decision.retryAfter())
        .with("violated-policies", List.of(decision.limit()))
        // What clients of the Node application read.
        .with("error", status.getReasonPhrase())
        .with("message", detail)
        .with("retryAfter", wait);
  }

  /** Rounded up: who comes a moment too early would be refused again. */
  private static long seconds(Duration duration) {
    return duration.isPositive() ? Math.ceilDiv(duration.toMillis(), 1_000L) : 0;
  }
}
