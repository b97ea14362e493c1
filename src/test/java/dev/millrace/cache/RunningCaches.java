package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestClock;
import dev.millrace.rest.RunningRest;
import dev.millrace.rest.client.RestCommand;
import dev.millrace.rest.client.RestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;

/** Caches on a real Redis, asked over the application's gateway. */
abstract class RunningCaches extends RunningRest {

  /** What caches send; the engine's own commands are others. */
  private static final Set<String> OURS =
      Set.of("mget", "set", "del", "get", "exists", "unlink", "scan", "keys", "eval", "evalsha");

  final TestClock clock = new TestClock("2026-03-01T09:00:00Z");

  @Autowired RestRedis redis;

  private final List<Replica> replicas = new ArrayList<>();

  /** The first request of a new application may take longer than the client waits. */
  @BeforeEach
  void empty() {
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> RestRedis.await(redis.send(RestCommand.of("PING"))).text() != null);
    plain.delete(plain.keys("cachetest:*"));
    resetCalls();
  }

  @AfterEach
  void everyKeyRunsOut() {
    replicas.forEach(Replica::close);
    for (String key : plain.keys("cachetest:*")) {
      assertThat(plain.getExpire(key)).as(key).isPositive();
    }
  }

  Replica replica(TestSettings settings) {
    return replica(settings.properties());
  }

  Replica replica(CacheProperties properties) {
    Replica replica = new Replica(properties, redis, clock);
    replicas.add(replica);
    return replica;
  }

  /** What caches sent since the last call, by command. */
  Map<String, Long> sent() {
    Map<String, Long> sent = new TreeMap<>(calls());
    sent.keySet().retainAll(OURS);
    resetCalls();
    return sent;
  }
}
