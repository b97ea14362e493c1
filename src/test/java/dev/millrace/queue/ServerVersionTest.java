package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.millrace.TestRedis;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Which servers the engine works with, and what it says of those that it does not. */
class ServerVersionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis_version:6.2.0",
        "redis_version:6.2.14\r\ndragonfly_version:df-v1.2",
        "redis_version:7.0.15",
        "redis_version:8.0-rc1",
        "redis_version:10.0.0",
        "redis_version:255.255.255",
        "redis_version:5.0.0\r\nserver_name:valkey\r\nvalkey_version:9.0.1",
        "some_proxy:1",
        ""
      })
  void shouldTakeServersFrom62OnAndThoseThatDoNotTell(String info) {
    assertThat(ServerCheck.of("# Server\r\n" + info + "\r\n").refusal(false)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.0.20", "5.0.14", "2.8", "6"})
  void shouldNameTheVersionItFoundAndTheLeastOne(String version) {
    assertThat(ServerCheck.of("redis_version:" + version + "\r\n").refusal(false).orElseThrow())
        .contains("Redis " + version + ",")
        .contains("6.2");
  }

  @Test
  void shouldSayOfANodeOfAClusterHowToNameTheCluster() {
    ServerCheck node = ServerCheck.of("redis_version:7.2.0\r\nredis_mode:cluster\r\n");

    assertThat(node.refusal(false).orElseThrow()).contains("spring.data.redis.cluster.nodes");
    assertThat(node.refusal(true)).isEmpty();
  }

  @Test
  void shouldNotWorkWithAnOldServerUntilItIsUpgraded() {
    String queue = EngineFixture.queueName();
    EngineOptions options = EngineFixture.options();
    try (TestRedis.Link link = TestRedis.link(options.instance())) {
      Posing old = new Posing(link, "redis_version:5.0.14\r\n");
      try (QueueEngine engine =
          new QueueEngine(old, options, EngineListener.NONE, Clock.systemUTC())) {
        engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
        engine.queue(queue).add(new NewJob("test", "{}", JobOptions.DEFAULT)).join();
        await()
            .atMost(EngineFixture.SOON)
            .untilAsserted(
                () ->
                    assertThat(engine.health().lastError())
                        .contains("Redis 5.0.14")
                        .contains("least version is 6.2"));
        assertThat(engine.health().alive()).isFalse();
        assertThat(engine.queue(queue).counts().join()).containsEntry("waiting", 1L);

        old.info = null;

        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> engine.queue(queue).counts().join().get("completed") == 1);
        await().atMost(EngineFixture.SOON).until(() -> engine.health().alive());
      }
    }
  }

  @Test
  void shouldWarnOnceOfAServerThatEvictsKeys() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(QueueEngine.class);
    log.start();
    logger.addAppender(log);
    TestRedis.observer().configSet("maxmemory-policy", "allkeys-lru");
    try (EngineFixture mill = new EngineFixture()) {
      mill.engine.consume(
          ConsumerOptions.of(EngineFixture.queueName()), run -> run.complete("null"));
      await().atMost(EngineFixture.SOON).until(() -> mill.engine.health().alive());

      assertThat(log.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .singleElement()
          .asString()
          .contains("maxmemory-policy is allkeys-lru")
          .contains("noeviction");
    } finally {
      TestRedis.observer().configSet("maxmemory-policy", "noeviction");
      logger.detachAppender(log);
    }
  }

  /** A link to a server that says of itself what a test wants; what it is when that is null. */
  private static final class Posing implements RedisLink {

    private final RedisLink link;
    private volatile String info;

    private Posing(RedisLink link, String info) {
      this.link = link;
      this.info = info;
    }

    @Override
    public RedisClusterAsyncCommands<byte[], byte[]> commands() {
      return link.commands();
    }

    @Override
    public boolean isClustered() {
      return link.isClustered();
    }

    @Override
    @SuppressWarnings("unchecked")
    public Connection open(String role, Duration timeout, Watch watch) {
      Connection real = link.open(role, timeout, watch);
      return new Connection() {
        @Override
        public RedisClusterAsyncCommands<byte[], byte[]> commands() {
          return (RedisClusterAsyncCommands<byte[], byte[]>)
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {RedisClusterAsyncCommands.class},
                  (proxy, method, arguments) -> {
                    if (method.getName().equals("info") && info != null) {
                      return new Answer(info);
                    }
                    try {
                      return method.invoke(real.commands(), arguments);
                    } catch (InvocationTargetException e) {
                      throw e.getCause();
                    }
                  });
        }

        @Override
        public void close() {
          real.close();
        }
      };
    }
  }

  private static final class Answer extends CompletableFuture<String>
      implements io.lettuce.core.RedisFuture<String> {

    private Answer(String text) {
      complete(text);
    }

    @Override
    public String getError() {
      return null;
    }

    @Override
    public boolean await(long timeout, java.util.concurrent.TimeUnit unit) {
      return true;
    }
  }
}
