package dev.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.ContainerEngine;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.types.RedisClientInfo;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** The connection factory against the Redis that production runs, with a password and as a user. */
@ContainerEngine
@Testcontainers
class RedisConnectionsTest {

  private static final String PASSWORD = "p@ss:w/rd";
  private static final String IN_URL = "p%40ss%3Aw%2Frd";

  @Container
  static final GenericContainer<?> REDIS =
      new GenericContainer<>("redis:7.0")
          .withExposedPorts(6379)
          .withCommand("--user", "mill", "on", ">" + PASSWORD, "~*", "&*", "+@all");

  private String url;
  private RedisClient operator;
  private StatefulRedisConnection<String, String> watching;

  @BeforeEach
  void watch() {
    String address = REDIS.getHost() + ":" + REDIS.getMappedPort(6379);
    url = "redis://mill:" + IN_URL + "@" + address + "/1";
    operator = RedisClient.create("redis://" + address);
    watching = operator.connect();
  }

  @AfterEach
  void unwatch() {
    watching.close();
    operator.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }

  @Test
  void sharesOneNamedConnectionAmongAllWhoAsk() {
    run(
        "millrace.instance-id=wheel-1",
        context -> {
          LettuceConnectionFactory factory = context.getBean(LettuceConnectionFactory.class);
          try (RedisConnection one = factory.getConnection();
              RedisConnection two = factory.getConnection()) {
            one.stringCommands().set("a".getBytes(), "1".getBytes());
            assertThat(two.stringCommands().get("a".getBytes())).isEqualTo("1".getBytes());
            assertThat(names(two)).containsOnlyOnce("millrace:wheel-1:command");
          }
        });
  }

  @Test
  void opensFurtherConnectionsToTheSameDatabaseAsTheSameUser() {
    run(
        "millrace.instance-id=wheel-2",
        context -> {
          RedisConnections connections = context.getBean(RedisConnections.class);
          RedisClient client = (RedisClient) connections.factory().getRequiredNativeClient();
          try (StatefulRedisConnection<String, String> waiting =
              client.connect(connections.uri("waiting"))) {
            assertThat(waiting.sync().aclWhoami()).isEqualTo("mill");
            assertThat(waiting.sync().clientList())
                .contains("name=millrace:wheel-2:waiting")
                .containsPattern("name=millrace:wheel-2:waiting .*db=1 ");
          }
        });
  }

  @Test
  void comesBackByItselfUnderItsNameWhenTheConnectionIsCut() {
    run(
        "millrace.instance-id=wheel-3",
        context -> {
          LettuceConnectionFactory factory = context.getBean(LettuceConnectionFactory.class);
          try (RedisConnection connection = factory.getConnection()) {
            connection.ping();
            watching.sync().clientKill(KillArgs.Builder.user("mill"));

            await()
                .atMost(Duration.ofSeconds(10))
                .ignoreExceptions()
                .until(() -> names(connection).contains("millrace:wheel-3:command"));
          }
        });
  }

  @Test
  void showsItsAddressWithoutCredentials() {
    run(
        "millrace.instance-id=wheel-4",
        context ->
            assertThat(context.getBean(RedisConnections.class).address())
                .isEqualTo("redis://" + REDIS.getHost() + ":" + REDIS.getMappedPort(6379)));
  }

  private void run(String property, ContextConsumer<? super AssertableApplicationContext> test) {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(RedisAutoConfiguration.class))
        .withUserConfiguration(RedisConfiguration.class)
        .withPropertyValues("spring.data.redis.url=" + url, property)
        .run(test);
  }

  private static List<String> names(RedisConnection connection) {
    return connection.serverCommands().getClientList().stream()
        .map(RedisClientInfo::getName)
        .toList();
  }
}
