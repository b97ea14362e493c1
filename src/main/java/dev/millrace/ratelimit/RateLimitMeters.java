package dev.millrace.ratelimit;

import dev.millrace.rest.client.RestRedisException.Kind;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** {@code millrace.ratelimit.*}. No meter has a subject. */
final class RateLimitMeters {

  private final MeterRegistry registry;

  RateLimitMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void decided(Decision decision) {
    registry
        .counter(
            "millrace.ratelimit.checks", "limit", decision.limit(), "outcome", outcome(decision))
        .increment();
  }

  /** Redis was asked in vain. */
  void failed(String limit, Kind kind) {
    registry
        .counter(
            "millrace.ratelimit.errors",
            "limit",
            limit,
            "kind",
            kind.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  /** Whether changed quotas could be read. */
  void quotasRead(boolean read) {
    registry
        .counter("millrace.ratelimit.quota.reads", "outcome", read ? "read" : "failed")
        .increment();
  }

  private static String outcome(Decision decision) {
    return switch (decision.source()) {
      case REDIS -> decision.allowed() ? "allowed" : "refused";
      case MEMORY -> "blocked-locally";
      case LOCAL -> decision.allowed() ? "local-allowed" : "local-refused";
      case OPEN, CLOSED, DISABLED, BATCH -> decision.source().name().toLowerCase(Locale.ROOT);
    };
  }
}
