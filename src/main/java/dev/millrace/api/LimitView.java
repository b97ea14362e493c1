package dev.millrace.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.millrace.ratelimit.RateLimit;
import java.util.Locale;

/** A limit as it is shown outside; the schema {@code Limit}. */
@JsonPropertyOrder({"name", "algorithm", "quota", "window", "burst", "whenUnreachable"})
record LimitView(
    String name, String algorithm, long quota, String window, long burst, String whenUnreachable) {

  static LimitView of(RateLimit limit) {
    return new LimitView(
        limit.name(),
        text(limit.algorithm()),
        limit.quota(),
        limit.window().toString(),
        limit.capacity(),
        text(limit.whenUnreachable()));
  }

  /** Names of Java as they are written in settings. */
  static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
