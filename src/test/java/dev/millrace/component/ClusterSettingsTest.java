package dev.millrace.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestCluster;
import dev.millrace.queue.ConsumerOptions;
import dev.millrace.queue.JobOptions;
import dev.millrace.queue.NewJob;
import dev.millrace.queue.QueueEngine;
import dev.millrace.redis.RedisConfiguration;
import dev.millrace.redis.RedisConnections;
import dev.millrace.redis.SharedLink;
import dev.millrace.setting.RefusedSetting;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The application's own link into a cluster, by the one connection factory. */
class ClusterSettingsTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(3);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void shouldWorkJobsOnThreeConnectionsOfTheOneFactory() {
    application()
        .withPropertyValues("millrace.engine.prefix={mill}", "millrace.instance-id=wheel-1")
        .run(
            context -> {
              QueueEngine engine = context.getBean(QueueEngine.class);
              engine.consume(ConsumerOptions.of("mail"), run -> run.complete("null"));
              engine.queue("mail").add(new NewJob("test", "{}", JobOptions.DEFAULT)).join();

              await()
                  .atMost(SOON)
                  .until(() -> engine.queue("mail").counts().join().get("completed") == 1);
              await()
                  .atMost(SOON)
                  .untilAsserted(
                      () ->
                          assertThat(connections())
                              .containsExactly(
                                  "millrace:wheel-1:command",
                                  "millrace:wheel-1:command",
                                  "millrace:wheel-1:waiting"));
              assertThat(context.getBean(SharedLink.class).openConnections()).isEqualTo(3);
              assertThat(context.getBean(RedisConnections.class).address())
                  .isEqualTo("cluster of 127.0.0.1:" + cluster.ports().get(0));
            });
    await().atMost(SOON).untilAsserted(() -> assertThat(connections()).isEmpty());
  }

  @Test
  void shouldRefuseAPrefixWithoutAHashTagAndNameTheRemedy() {
    application()
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .isInstanceOfSatisfying(
                        RefusedSetting.class,
                        refused -> {
                          assertThat(refused)
                              .hasMessageContaining("millrace.engine.prefix is \"bull\"");
                          assertThat(refused.remedy())
                              .contains("\"{bull}\"")
                              .contains("prefix: '{bull}'");
                        }));
  }

  @Test
  void shouldRefuseSentinels() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(RedisAutoConfiguration.class))
        .withUserConfiguration(RedisConfiguration.class)
        .withPropertyValues(
            "spring.data.redis.sentinel.master=mill",
            "spring.data.redis.sentinel.nodes=127.0.0.1:26379")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("spring.data.redis.sentinel"));
  }

  private static ApplicationContextRunner application() {
    return new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(RedisAutoConfiguration.class))
        .withUserConfiguration(RedisConfiguration.class, EngineConfiguration.class)
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .withBean(Clock.class, Clock::systemUTC)
        .withPropertyValues("spring.data.redis.cluster.nodes=127.0.0.1:" + cluster.ports().get(0));
  }

  private static List<String> connections() {
    return cluster.nodes().stream()
        .flatMap(node -> node.operator().clientList().lines())
        .map(line -> line.replaceAll(".* name=(\\S*) .*", "$1"))
        .filter(name -> name.startsWith("millrace:"))
        .sorted()
        .collect(Collectors.toList());
  }
}
