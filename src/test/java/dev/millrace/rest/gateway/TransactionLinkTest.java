package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestRedis;
import dev.millrace.embedded.FreePort;
import dev.millrace.redis.OwnConnections;
import dev.millrace.redis.RedisConnections;
import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import redis.embedded.RedisServer;

/** What becomes of transactions when Redis refuses, is slow, or is lost in the middle. */
class TransactionLinkTest {

  private static final byte[] KEY = {'n'};

  @TempDir Path folder;

  private final ClientResources resources = DefaultClientResources.create();
  private RedisServer server;
  private CuttingProxy proxy;
  private RedisClient client;
  private RedisCommands<String, String> redis;

  @BeforeEach
  void start() throws Exception {
    int port = FreePort.near(0);
    server = TestRedis.durable(port, folder);
    server.start();
    proxy = new CuttingProxy(port);
    client = RedisClient.create(RedisURI.create("127.0.0.1", port));
    redis = client.connect().sync();
  }

  @AfterEach
  void stop() throws Exception {
    client.shutdown();
    proxy.close();
    server.stop();
    resources.shutdown(0, 1, TimeUnit.SECONDS).get();
  }

  @Test
  void shouldNotAnswerWithHalfOfWhatWasExecuted() {
    redis.rpush("list", "x".repeat(2000), "x".repeat(2000), "last");
    try (TransactionLink link = link("", Duration.ofSeconds(20))) {
      assertThat(run(link, "PING")).isInstanceOf(RedisReply.Many.class);
      proxy.cutAfter(3000);

      assertThatThrownBy(() -> run(link, "LRANGE list 0 -1", "INCR n"))
          .isInstanceOf(GatewayRefusal.class)
          .hasMessageStartingWith("ERR the connection to Redis was lost")
          .extracting(e -> ((GatewayRefusal) e).reason())
          .isEqualTo(Reason.UNAVAILABLE);

      assertThat(redis.get("n")).isEqualTo("1");
      assertThat(run(link, "INCR n"))
          .isEqualTo(new RedisReply.Many(List.of(new RedisReply.Whole(2))));
    }
  }

  @Test
  void shouldGiveUpInTimeAndGoOn() {
    try (TransactionLink link = link("", Duration.ofMillis(200))) {
      assertThatThrownBy(() -> run(link, "DEBUG SLEEP 1"))
          .hasMessageStartingWith("ERR Redis did not answer within 200 ms");
      assertThat(redis.ping()).isEqualTo("PONG");
      assertThat(run(link, "INCR n"))
          .isEqualTo(new RedisReply.Many(List.of(new RedisReply.Whole(1))));
    }
  }

  @Test
  void shouldNotCallItATransactionWhenRedisRefusesToBeginOne() {
    redis.aclSetuser(
        "part",
        AclSetuserArgs.Builder.on()
            .addPassword("secret")
            .allKeys()
            .allCommands()
            .removeCommand(CommandType.MULTI));
    try (TransactionLink link = link("part", Duration.ofSeconds(20))) {
      assertThatThrownBy(() -> run(link, "INCR n"))
          .isInstanceOf(GatewayRefusal.class)
          .hasMessageStartingWith("ERR Redis began no transaction (NOPERM")
          .hasMessageContaining("may have been executed one by one")
          .extracting(e -> ((GatewayRefusal) e).reason())
          .isEqualTo(Reason.UNAVAILABLE);
    }
  }

  private TransactionLink link(String user, Duration timeout) {
    RedisStandaloneConfiguration where =
        new RedisStandaloneConfiguration("127.0.0.1", proxy.port());
    if (!user.isEmpty()) {
      where.setUsername(user);
      where.setPassword("secret");
    }
    return new TransactionLink(
        new OwnConnections(
            new RedisConnections(new LettuceConnectionFactory(where), resources, "test")),
        TestProperties.of(timeout, 1, 0),
        Clock.systemUTC());
  }

  private static RedisReply run(TransactionLink link, String... commands) {
    List<Sent> sent = Arrays.stream(commands).map(line -> Sent.of(call(line), 0)).toList();
    return link.run(sent, KEY);
  }

  private static RedisCall call(String line) {
    return new RedisCall(
        Arrays.stream(line.split(" ")).map(word -> word.getBytes(StandardCharsets.UTF_8)).toList());
  }
}
