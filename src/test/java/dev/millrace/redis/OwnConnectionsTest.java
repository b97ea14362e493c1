package dev.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestRedis;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Connections beside the shared one. */
class OwnConnectionsTest {

  private final ClientResources resources = DefaultClientResources.create();

  @AfterEach
  void close() throws Exception {
    resources.shutdown(0, 1, TimeUnit.SECONDS).get();
  }

  @Test
  void shouldEndAMonitorRatherThanCollectAnEndlessLine() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    OwnConnections own =
        new OwnConnections(
            new RedisConnections(
                new LettuceConnectionFactory(
                    new RedisStandaloneConfiguration("127.0.0.1", TestRedis.port())),
                resources,
                "test"));
    Runnable close =
        own.monitor(
            "monitor", line -> lines.add(new String(line, StandardCharsets.UTF_8)), end::complete);

    TestRedis.observer().echo("x".repeat(17 << 20));

    assertThat(end.get(30, TimeUnit.SECONDS)).as("lost").isFalse();
    assertThat(lines).noneMatch(line -> line.length() > 1000);
    close.run();
  }
}
