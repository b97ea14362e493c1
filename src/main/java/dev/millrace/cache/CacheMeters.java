package dev.millrace.cache;

import dev.millrace.rest.client.RestRedisException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;

/**
 * What a cache did, under its name; never by key or user.
 *
 * <ul>
 *   <li>{@code millrace.cache.gets} by result: near, far, negative, miss, error, failed (the load)
 *   <li>{@code millrace.cache.loads}, a timer by outcome: loaded, absent, failed; and by whether it
 *       was ahead of time
 *   <li>{@code millrace.cache.errors} by kind: those of {@link RestRedisException.Kind}, and
 *       unreadable, unwritable of values
 *   <li>{@code millrace.cache.drops} by outcome: dropped, failed
 *   <li>{@code millrace.cache.billed}: commands that were given to the client, but for those that a
 *       pause held back
 * </ul>
 */
final class CacheMeters {

  private final MeterRegistry registry;
  private final String cache;

  CacheMeters(MeterRegistry registry, String cache) {
    this.registry = registry;
    this.cache = cache;
  }

  void got(Found.Result result) {
    count("gets", "result", lower(result));
  }

  void loaded(String outcome, boolean ahead, Duration took) {
    Timer.builder("millrace.cache.loads")
        .description("Loads from the source behind a cache")
        .tag("cache", cache)
        .tag("outcome", outcome)
        .tag("ahead", Boolean.toString(ahead))
        .register(registry)
        .record(took);
  }

  void failed(RestRedisException failure) {
    count("errors", "kind", lower(failure.kind()));
  }

  void unreadable() {
    count("errors", "kind", "unreadable");
  }

  void unwritable() {
    count("errors", "kind", "unwritable");
  }

  void dropped(boolean done) {
    count("drops", "outcome", done ? "dropped" : "failed");
  }

  void billed(int commands) {
    registry.counter("millrace.cache.billed", "cache", cache).increment(commands);
  }

  private void count(String what, String tag, String value) {
    registry.counter("millrace.cache." + what, "cache", cache, tag, value).increment();
  }

  private static String lower(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }
}
