package dev.millrace.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.millrace.TestDefaults;
import dev.millrace.cache.Cache;
import dev.millrace.cache.CacheKey;
import dev.millrace.cache.Caches;
import dev.millrace.ratelimit.Decision;
import dev.millrace.ratelimit.RateLimits;
import dev.millrace.ratelimit.SmsLimits;
import dev.millrace.rest.client.RestCommand;
import dev.millrace.rest.client.RestRedis;
import dev.millrace.rest.client.StandaloneRest;
import dev.millrace.rest.client.TestRest;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.types.RedisClientInfo;

/** Cache and limiters open no connection to Redis, however many ask them at once. */
class NoConnectionTest extends RunningRest {

  @Autowired Caches caches;
  @Autowired RateLimits limits;
  @Autowired SmsLimits sms;
  @Autowired RestRedis rest;

  @Test
  void shouldLeaveTheConnectionsOfRedisAsTheyAre() throws Exception {
    Cache<String> lists = caches.cache("contact-list", new TypeReference<String>() {});
    Set<String> before = connections();
    long asked = rest.meter().sent();

    List<Future<?>> work;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      work =
          IntStream.range(0, 100)
              .<Future<?>>mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            String user = UUID.randomUUID().toString();
                            CacheKey key = lists.key(user);
                            assertThat(lists.getOrLoad(key, () -> "made")).contains("made");
                            assertThat(lists.delete(key)).isTrue();
                            assertThat(limits.check("voice-upload", user).source())
                                .isEqualTo(Decision.Source.REDIS);
                            assertThat(sms.incoming("+1555%07d".formatted(i)).source())
                                .isEqualTo(Decision.Source.REDIS);
                          }))
              .toList();
    }
    for (Future<?> one : work) {
      one.get();
    }

    assertThat(rest.meter().sent() - asked).isGreaterThanOrEqualTo(400);
    assertThat(connections()).isEqualTo(before);
  }

  @Test
  void shouldReachRedisFromAProcessThatHasOnlyHttp() throws Exception {
    String token = Files.readString(TestDefaults.data().resolve("rest-token")).strip();
    Set<String> before = connections();
    try (StandaloneRest alone =
        TestRest.to(
            "http://localhost:" + port + "/redis",
            token,
            TestRest.properties(Duration.ofSeconds(30), Duration.ofMinutes(1)))) {
      assertThat(alone.redis().send(RestCommand.of("PING")).join().text()).isEqualTo("PONG");
      assertThat(connections()).isEqualTo(before);
    }
  }

  /** The ids of all connections to the server, whoever opened them. */
  private Set<String> connections() {
    List<RedisClientInfo> clients =
        plain.execute(
            (RedisCallback<List<RedisClientInfo>>)
                connection -> connection.serverCommands().getClientList());
    return clients.stream().map(client -> client.get("id")).collect(Collectors.toSet());
  }
}
