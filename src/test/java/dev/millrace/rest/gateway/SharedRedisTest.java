package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import dev.millrace.embedded.FreePort;
import dev.millrace.redis.OwnConnections;
import dev.millrace.redis.RedisConnections;
import dev.millrace.rest.gateway.Subscriptions.Topic;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import redis.embedded.RedisServer;

/** What is asked of Redis once for many who need it, while its answer is on the way. */
class SharedRedisTest {

  private static final int CALLERS = 5;

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
    client = RedisClient.create(resources, RedisURI.create("127.0.0.1", port));
    redis = client.connect().sync();
  }

  @AfterEach
  void stop() throws Exception {
    proxy.release();
    client.shutdown();
    proxy.close();
    server.stop();
    resources.shutdown(0, 1, TimeUnit.SECONDS).get();
  }

  @Test
  void shouldLetAllFailTogetherWhenRedisDoesNotSayWhichCommandsItHas() throws Exception {
    CommandCatalog catalog = catalog(Duration.ofSeconds(5));
    proxy.hold();
    AtomicInteger refused = new AtomicInteger();
    List<Thread> callers =
        IntStream.range(0, CALLERS)
            .mapToObj(
                i ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              try {
                                catalog.find("GET");
                              } catch (GatewayRefusal e) {
                                refused.incrementAndGet();
                              }
                            }))
            .toList();
    await().until(() -> callers.stream().noneMatch(c -> c.getState() == Thread.State.RUNNABLE));
    for (Thread caller : callers) {
      caller.join();
    }

    assertThat(refused).hasValue(CALLERS);
    assertThat(redis.info("commandstats")).contains("cmdstat_command:calls=1,");
    proxy.release();
    assertThat(catalog.find("GET")).isPresent();
  }

  @Test
  void shouldKnowWhichNamesOfSettingsTheServerDoesNotHave() {
    CommandCatalog catalog = catalog(Duration.ofSeconds(20));
    catalog.expect(List.of("GET", "FLUSHAL", "@read", "CONFIG|GET", "NOSUCH|GET"));
    assertThat(catalog.missing()).contains("GET");

    catalog.find("GET");

    assertThat(catalog.missing()).isEmpty();
  }

  @Test
  void shouldNotConfirmASubscriptionBeforeRedisDoes() throws Exception {
    Subscriptions subscriptions = new Subscriptions(connections(), Duration.ofSeconds(20));
    subscriptions.add(topic("other"), new EventStream());
    proxy.hold();
    List<FutureTask<Void>> adding = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      FutureTask<Void> add =
          new FutureTask<>(
              () -> {
                subscriptions.add(topic("news"), new EventStream());
                return null;
              });
      adding.add(add);
      threads.add(Thread.ofPlatform().start(add));
    }

    await().until(() -> threads.stream().allMatch(t -> t.getState() == Thread.State.TIMED_WAITING));
    assertThat(adding).noneMatch(FutureTask::isDone);
    proxy.release();

    for (FutureTask<Void> add : adding) {
      add.get();
    }
    assertThat(redis.pubsubNumsub("news")).isEqualTo(Map.of("news", 1L));
    subscriptions.close();
  }

  @Test
  void shouldRefuseASubscriptionThatRedisDoesNotConfirm() throws Exception {
    Subscriptions subscriptions = new Subscriptions(connections(), Duration.ofMillis(300));
    subscriptions.add(topic("other"), new EventStream());
    proxy.hold();

    assertThatThrownBy(() -> subscriptions.add(topic("news"), new EventStream()))
        .isInstanceOf(GatewayRefusal.class)
        .hasMessage("ERR Redis cannot be reached");
    subscriptions.close();
  }

  private static Topic topic(String name) {
    return Topic.of(false, name.getBytes(StandardCharsets.UTF_8));
  }

  private OwnConnections connections() {
    LettuceConnectionFactory factory =
        new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", proxy.port()));
    factory.afterPropertiesSet();
    factory.start();
    return new OwnConnections(new RedisConnections(factory, resources, "test"));
  }

  private CommandCatalog catalog(Duration timeout) {
    StatefulRedisConnection<byte[], byte[]> shared =
        client.connect(ByteArrayCodec.INSTANCE, RedisURI.create("127.0.0.1", proxy.port()));
    GatewayLink link = new GatewayLink(new OneConnection(shared), timeout);
    return new CommandCatalog(link, Clock.systemUTC());
  }
}
