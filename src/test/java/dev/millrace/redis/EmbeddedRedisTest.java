package dev.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisTest {

  @TempDir Path directory;

  @AfterEach
  void stopWhatRuns() {
    EmbeddedRedis.running(directory).ifPresent(EmbeddedRedis::stop);
  }

  @Test
  void keepsItsDataAcrossARestart() {
    EmbeddedRedis first = EmbeddedRedis.start(directory, 0);
    commands(first, redis -> redis.set("wheel", "turning"));
    first.stop();

    EmbeddedRedis second = EmbeddedRedis.start(directory, 0);

    assertThat(second.adopted()).isFalse();
    assertThat(commands(second, redis -> redis.get("wheel"))).isEqualTo("turning");
  }

  @Test
  void takesOverTheServerOfAKilledApplication() {
    EmbeddedRedis left = EmbeddedRedis.start(directory, 0);
    commands(left, redis -> redis.set("wheel", "turning"));

    EmbeddedRedis adopted = EmbeddedRedis.start(directory, 0);

    assertThat(adopted.adopted()).isTrue();
    assertThat(adopted.pid()).isEqualTo(left.pid());
    assertThat(adopted.port()).isEqualTo(left.port());
    assertThat(commands(adopted, redis -> redis.get("wheel"))).isEqualTo("turning");
  }

  @Test
  void startsAnewWhenTheRememberedProcessIsAStranger() throws IOException {
    Files.writeString(directory.resolve("redis.pid"), Long.toString(ProcessHandle.current().pid()));
    Files.writeString(directory.resolve("redis.port"), "1");

    EmbeddedRedis redis = EmbeddedRedis.start(directory, 0);

    assertThat(redis.pid()).isNotEqualTo(ProcessHandle.current().pid());
    assertThat(commands(redis, RedisCommands::ping)).isEqualTo("PONG");
  }

  @Test
  void startsAnewAfterItsServerWasKilled() {
    EmbeddedRedis killed = EmbeddedRedis.start(directory, 0);
    commands(killed, redis -> redis.set("wheel", "turning"));
    ProcessHandle process = ProcessHandle.of(killed.pid()).orElseThrow();
    process.destroyForcibly();
    await().until(() -> !process.isAlive());

    EmbeddedRedis restarted = EmbeddedRedis.start(directory, 0);

    assertThat(restarted.adopted()).isFalse();
    assertThat(commands(restarted, redis -> redis.get("wheel"))).isEqualTo("turning");
  }

  @Test
  void takesAnotherPortWhenThePreferredOneIsInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      EmbeddedRedis redis = EmbeddedRedis.start(directory, taken.getLocalPort());

      assertThat(redis.port()).isNotEqualTo(taken.getLocalPort());
      assertThat(commands(redis, RedisCommands::ping)).isEqualTo("PONG");
    }
  }

  @Test
  void leavesNoProcessBehindWhenStopped() {
    EmbeddedRedis redis = EmbeddedRedis.start(directory, 0);
    ProcessHandle process = ProcessHandle.of(redis.pid()).orElseThrow();

    redis.stop();
    redis.stop();

    await().until(() -> !process.isAlive());
    assertThat(EmbeddedRedis.running(directory)).isEmpty();
  }

  @Test
  void neverEvictsAJob() {
    EmbeddedRedis redis = EmbeddedRedis.start(directory, 0);

    assertThat(commands(redis, commands -> commands.configGet("maxmemory-policy")))
        .contains("noeviction");
  }

  private static String commands(
      EmbeddedRedis redis, Function<RedisCommands<String, String>, Object> work) {
    RedisClient client = RedisClient.create(redis.url());
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      return String.valueOf(work.apply(connection.sync()));
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
  }
}
