package dev.millrace.ratelimit;

import dev.millrace.TestClock;
import dev.millrace.rest.RunningRest;
import dev.millrace.rest.client.RestProperties;
import dev.millrace.rest.client.RestRedis;
import dev.millrace.rest.client.RestRedisBuilder;
import dev.millrace.rest.client.RestTarget;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.unit.DataSize;

/** Limits of a test's own, on a clock that it moves, through the gateway to a real Redis. */
abstract class RunningLimits extends RunningRest {

  static final Duration MINUTE = Duration.ofMinutes(1);
  static final String KEY = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU=";

  @Autowired JdbcClient jdbc;
  @Autowired CamelContext camel;

  @Value("${millrace.gateway.token}")
  String gatewayToken;

  /** Waits for as long as a busy machine needs, so that no test depends on its speed. */
  RestRedis redis;

  final TestClock clock = new TestClock("2026-03-01T09:00:00Z");
  final MeterRegistry meters = new SimpleMeterRegistry();

  /** No test sees another's keys. */
  final String run = "test-" + UUID.randomUUID();

  final Map<String, LimitSettings> settings = new TreeMap<>();

  @BeforeEach
  void connect() {
    redis = client(() -> new RestTarget("http://localhost:" + port + "/redis", gatewayToken));
  }

  @AfterEach
  void disconnect() {
    redis.close();
  }

  RestRedis client(Supplier<RestTarget> target) {
    return client(target, Duration.ofMinutes(1));
  }

  RestRedis client(Supplier<RestTarget> target, Duration timeout) {
    return client(target, timeout, Duration.ofNanos(500_000));
  }

  RestRedis client(Supplier<RestTarget> target, Duration timeout, Duration linger) {
    return RestRedisBuilder.of(
            new RestProperties(
                "", "", timeout, linger, 16, DataSize.ofKilobytes(64), Duration.ofMillis(100)))
        .build(camel, target);
  }

  @AfterEach
  void noKeyLivesForever() {
    for (String key : keys()) {
      Long left = plain.getExpire(key);
      if (left != null && left == -1) {
        throw new AssertionError(key + " never expires");
      }
    }
    plain.delete(keys());
    jdbc.sql("DELETE FROM rate_limit_quotas").update();
  }

  Set<String> keys() {
    return plain.keys("millrace:" + run + ":*");
  }

  /** Adds a limit named after its algorithm. */
  String limit(Algorithm algorithm, long quota, Duration window) {
    return limit(algorithm.word(), algorithm, quota, window, WhenUnreachable.CLOSED);
  }

  String limit(
      String name, Algorithm algorithm, long quota, Duration window, WhenUnreachable policy) {
    settings.put(
        name, new LimitSettings(algorithm, quota, window, null, run + ":" + name, null, policy));
    return name;
  }

  RateLimits limits() {
    return limits(redis, clock);
  }

  RateLimits limits(RestRedis client, Clock time) {
    return limits(client, time, properties(true, 1_000));
  }

  RateLimits limits(RestRedis client, Clock time, RateLimitingProperties properties) {
    NamedLimits named = new NamedLimits(settings);
    RateLimitMeters counters = new RateLimitMeters(meters);
    Quotas quotas = new Quotas(jdbc, named, counters, time);
    quotas.read();
    return new RateLimits(
        named,
        quotas,
        new SubjectKeys(KEY),
        new RedisLimits(client, time),
        counters,
        properties,
        time);
  }

  static RateLimitingProperties properties(boolean enabled, int remember) {
    return new RateLimitingProperties(
        enabled, remember, Duration.ofMinutes(5), Duration.ofSeconds(30), List.of());
  }

  double count(String meter, String... tags) {
    Counter counter = meters.find("millrace.ratelimit." + meter).tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }

  /** What Redis was asked in vain, which is nothing but where a test means it. */
  List<String> errors() {
    return meters.find("millrace.ratelimit.errors").counters().stream()
        .map(one -> one.getId().getTag("limit") + " " + one.getId().getTag("kind"))
        .toList();
  }
}
