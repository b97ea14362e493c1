package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code millrace.gateway.requests}, {@code millrace.gateway.commands} by outcome, and {@code
 * millrace.gateway.refused} by reason: requests that were answered with an error as a whole; {@code
 * millrace.gateway.streams} and {@code millrace.gateway.streams.ended} by reason.
 */
final class GatewayMeters {

  private final MeterRegistry registry;
  private final Counter requests;
  private final Counter answered;
  private final Counter failed;
  private final Counter denied;
  private final Map<Reason, Counter> refused = new EnumMap<>(Reason.class);

  GatewayMeters(MeterRegistry registry) {
    this.registry = registry;
    this.requests =
        Counter.builder("millrace.gateway.requests")
            .description("Requests to the gateway with a valid token")
            .register(registry);
    this.answered = commands(registry, "answered");
    this.failed = commands(registry, "error");
    this.denied = commands(registry, "denied");
    for (Reason reason : Reason.values()) {
      refused.put(
          reason,
          Counter.builder("millrace.gateway.refused")
              .description("Requests to the gateway that were answered with an error as a whole")
              .tag("reason", reason.tag())
              .register(registry));
    }
  }

  private static Counter commands(MeterRegistry registry, String outcome) {
    return Counter.builder("millrace.gateway.commands")
        .description("Commands that came to the gateway, and what became of them")
        .tag("outcome", outcome)
        .register(registry);
  }

  void request() {
    requests.increment();
  }

  /** A command that Redis answered. */
  void answered(RedisReply reply) {
    (reply instanceof RedisReply.Failure ? failed : answered).increment();
  }

  /** A command that must not run. */
  void denied() {
    denied.increment();
  }

  /** Shows how many streams are open. */
  void streams(Supplier<Number> open) {
    Gauge.builder("millrace.gateway.streams", open)
        .description("Open streams of events")
        .register(registry);
  }

  /** A stream that ended. */
  void ended(EventStream.End why) {
    Counter.builder("millrace.gateway.streams.ended")
        .description("Streams of events that ended, and why")
        .tag("reason", why.tag())
        .register(registry)
        .increment();
  }

  void refused(Reason reason) {
    refused.get(reason).increment();
  }
}
