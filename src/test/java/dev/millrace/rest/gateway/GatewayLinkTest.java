package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import dev.millrace.embedded.FreePort;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisServer;

/** What becomes of commands when Redis is slow, or goes away and comes back. */
class GatewayLinkTest {

  @TempDir Path folder;

  private RedisServer server;
  private RedisClient client;
  private StatefulRedisConnection<byte[], byte[]> shared;
  private int port;

  @BeforeEach
  void connect() throws Exception {
    port = FreePort.near(0);
    server = TestRedis.durable(port, folder);
    server.start();
    client = RedisClient.create(RedisURI.builder().withHost("127.0.0.1").withPort(port).build());
    shared = client.connect(ByteArrayCodec.INSTANCE);
  }

  @AfterEach
  void disconnect() throws Exception {
    client.shutdown();
    server.stop();
  }

  @Test
  void shouldGiveUpInTimeAndGoOn() {
    GatewayLink link = link(Duration.ofMillis(200));

    assertThatThrownBy(() -> run(link, "DEBUG", "SLEEP", "1"))
        .isInstanceOf(GatewayRefusal.class)
        .hasMessageStartingWith("ERR Redis did not answer within 200 ms")
        .extracting(e -> ((GatewayRefusal) e).reason())
        .isEqualTo(GatewayRefusal.Reason.UNAVAILABLE);

    await().ignoreExceptions().until(() -> run(link, "ECHO", "x") instanceof RedisReply.Bulk);
  }

  @Test
  void shouldNotSendAgainWhatWasUnderwayWhenTheConnectionWasLost() throws Exception {
    GatewayLink link = link(Duration.ofSeconds(20));
    String info =
        new String(((RedisReply.Bulk) run(link, "INFO", "server")).bytes(), StandardCharsets.UTF_8);
    long pid = Long.parseLong(info.replaceAll("(?s).*process_id:(\\d+).*", "$1"));
    CompletableFuture<RedisReply> lost =
        CompletableFuture.supplyAsync(
            () ->
                run(
                    link,
                    "EVAL",
                    "redis.call('INCR', 'n') while redis.call('EXISTS', 'n') do end",
                    "0"));
    try (StatefulRedisConnection<String, String> other = client.connect()) {
      // A script that has written is only ended by the end of the server.
      await()
          .ignoreExceptions()
          .untilAsserted(
              () -> assertThatThrownBy(() -> other.sync().get("n")).hasMessageStartingWith("BUSY"));
    }
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();

    assertThatThrownBy(lost::join)
        .hasCauseInstanceOf(GatewayRefusal.class)
        .hasMessageContaining("whether the command was executed is unknown");
    server.stop();
    server = TestRedis.durable(port, folder);
    server.start();

    assertThat(run(link, "EXISTS", "n")).isEqualTo(new RedisReply.Whole(0));
  }

  @Test
  void shouldSayThatRedisIsAway() throws Exception {
    GatewayLink link = link(Duration.ofMillis(300));
    server.stop();

    assertThatThrownBy(() -> run(link, "GET", "x")).isInstanceOf(GatewayRefusal.class);

    server.start();
    await().ignoreExceptions().until(() -> run(link, "GET", "x").equals(RedisReply.NULL));
  }

  @Test
  void shouldGoOnWithWhatIsUnderwayWhenAnotherConnectionEnds() {
    GatewayLink link = link(Duration.ofSeconds(20));
    StatefulRedisPubSubConnection<String, String> stream = client.connectPubSub();
    stream.sync().subscribe("news");
    CompletableFuture<RedisReply> waiting =
        CompletableFuture.supplyAsync(() -> run(link, "BLPOP", "list", "20"));
    try (StatefulRedisConnection<String, String> other = client.connect()) {
      await().until(() -> other.sync().info("clients").contains("blocked_clients:1"));
      stream.close();

      other.sync().rpush("list", "x");
    }

    assertThat(waiting.join()).isInstanceOf(RedisReply.Many.class);
  }

  @Test
  void shouldNotAnswerWithHalfAReply() throws Exception {
    shared.sync().rpush(bytes("list"), bytes("x".repeat(2000)), bytes("x".repeat(2000)));
    try (CuttingProxy proxy = new CuttingProxy(port)) {
      shared = client.connect(ByteArrayCodec.INSTANCE, RedisURI.create("127.0.0.1", proxy.port()));
      GatewayLink link = link(Duration.ofSeconds(20));
      assertThat(run(link, "LLEN", "list")).isEqualTo(new RedisReply.Whole(2));
      proxy.cutAfter(3000);

      assertThatThrownBy(() -> run(link, "LRANGE", "list", "0", "-1"))
          .isInstanceOf(GatewayRefusal.class)
          .hasMessageStartingWith("ERR the connection to Redis was lost");

      await().ignoreExceptions().until(() -> run(link, "GET", "x").equals(RedisReply.NULL));
    }
  }

  @Test
  void shouldTakeReplies31Deep() {
    GatewayLink link = link(Duration.ofSeconds(20));
    String script = "local t = {} for i = 2, %d do t = {t} end return t";

    RedisReply reply = run(link, "EVAL", script.formatted(31), "0");
    int depth = 1;
    while (reply instanceof RedisReply.Many many && !many.elements().isEmpty()) {
      reply = many.elements().getFirst();
      depth++;
    }
    assertThat(depth).isEqualTo(31);
    assertThatThrownBy(() -> run(link, "EVAL", script.formatted(33), "0"))
        .hasMessageStartingWith("ERR the connection to Redis was lost");
    await().ignoreExceptions().until(() -> run(link, "GET", "x").equals(RedisReply.NULL));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private GatewayLink link(Duration timeout) {
    GatewayLink link = new GatewayLink(new OneConnection(shared), timeout);
    client.addListener(link);
    return link;
  }

  private static RedisReply run(GatewayLink link, String... words) {
    List<byte[]> bytes =
        Arrays.stream(words).map(word -> word.getBytes(StandardCharsets.UTF_8)).toList();
    return link.run(List.of(Sent.of(new RedisCall(bytes), 0))).getFirst();
  }
}
