package dev.millrace.consumption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import dev.millrace.queue.ConsumptionMode;
import dev.millrace.queue.JobOptions;
import dev.millrace.queue.NewJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.RouteWatcherReloadStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Routes under the policy, and what Camel does with routes while jobs come and run. */
class ConsumptionRouteTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int JOBS = 400;

  private static final String ROUTE =
      """
      - beans:
          - name: consumption
            type: dev.millrace.consumption.ConsumptionPolicy
            properties:
              mode: MODE
      - route:
          id: worker
          routePolicy: consumption
          from:
            uri: bullmq:mail
            parameters:
              concurrency: 5
            steps:
              - process:
                  ref: effect
              - setBody:
                  constant: VERSION
      """;

  private final Map<String, AtomicInteger> effects = new ConcurrentHashMap<>();
  private Replica replica;
  private DefaultCamelContext camel;

  @BeforeEach
  void start() {
    TestRedis.flush();
    replica = new Replica((String) null);
    camel = new DefaultCamelContext();
    camel.getRegistry().bind("queueEngine", replica.engine);
    camel.getRegistry().bind("consumptionModes", replica.modes);
    camel
        .getRegistry()
        .bind(
            "effect",
            (Processor)
                exchange ->
                    effects
                        .computeIfAbsent(
                            exchange.getMessage().getHeader("CamelBullMQJobId", String.class),
                            id -> new AtomicInteger())
                        .incrementAndGet());
    camel.getShutdownStrategy().setTimeout(5);
  }

  @AfterEach
  void stop() {
    camel.stop();
    replica.close();
  }

  private void load(String yaml) throws Exception {
    PluginHelper.getRoutesLoader(camel)
        .loadRoutes(ResourceHelper.fromString("test.camel.yaml", yaml));
    camel.start();
  }

  private static String route(ConsumptionMode mode, String version) {
    return ROUTE.replace("MODE", mode.text()).replace("VERSION", version);
  }

  private CompletableFuture<Void> produce() {
    return CompletableFuture.runAsync(
        () -> {
          for (int n = 0; n < JOBS; n++) {
            replica
                .engine
                .queue("mail")
                .add(new NewJob("n", "{}", JobOptions.builder().jobId("j" + n).build()))
                .join();
          }
        });
  }

  private void awaitEachOnce() {
    await().atMost(SOON).until(() -> effects.size() == JOBS);
    await()
        .atMost(SOON)
        .until(() -> replica.engine.queue("mail").counts().join().get("completed") == JOBS);
    assertThat(effects.values()).allMatch(count -> count.get() == 1);
  }

  @ParameterizedTest
  @EnumSource
  void shouldKeepEveryJobThroughSuspendingStoppingAndTheControlBus(ConsumptionMode mode)
      throws Exception {
    load(route(mode, "done"));
    assertThat(replica.engine.modes()).containsEntry("mail", mode);
    CompletableFuture<Void> producing = produce();
    try (ProducerTemplate operator = camel.createProducerTemplate()) {
      for (String action : new String[] {"suspend", "resume", "stop", "start", "restart"}) {
        int before = effects.size();
        operator.sendBody("controlbus:route?routeId=worker&action=" + action, null);
        boolean runs = !action.equals("suspend") && !action.equals("stop");
        await()
            .atMost(SOON)
            .until(() -> !runs || effects.size() > before || effects.size() == JOBS);
      }
    }
    assertThat(replica.modes.change("mail", "legacy", true, "a test")).hasSize(1);
    producing.join();

    awaitEachOnce();
  }

  @ParameterizedTest
  @EnumSource
  void shouldKeepEveryJobWhenItsRouteIsEdited(ConsumptionMode mode, @TempDir Path routes)
      throws Exception {
    Path file = Files.writeString(routes.resolve("worker.camel.yaml"), route(mode, "old"));
    RouteWatcherReloadStrategy reload = new RouteWatcherReloadStrategy(routes.toString());
    reload.setPattern("*.camel.yaml");
    reload.setRemoveAllRoutes(false);
    reload.setCamelContext(camel);
    camel.addService(reload);
    load(Files.readString(file));
    CompletableFuture<Void> producing = produce();
    await().atMost(SOON).until(() -> effects.size() > 20);

    Files.writeString(file, route(mode, "new"));

    producing.join();
    awaitEachOnce();
    // The watcher looks every two seconds, and a job that comes later is done by the new route.
    AtomicInteger more = new AtomicInteger();
    await()
        .atMost(SOON)
        .until(
            () -> {
              String id =
                  replica
                      .engine
                      .queue("mail")
                      .add(
                          new NewJob(
                              "n",
                              "{}",
                              JobOptions.builder().jobId("m" + more.incrementAndGet()).build()))
                      .join()
                      .id();
              await()
                  .atMost(SOON)
                  .until(
                      () ->
                          replica.engine.queue("mail").find(id).join().orElseThrow().finishedOn()
                              != null);
              return "\"new\""
                  .equals(replica.engine.queue("mail").find(id).join().orElseThrow().returnValue());
            });
    assertThat(replica.engine.modes()).containsEntry("mail", mode);
  }

  @Test
  void shouldRefuseARouteThatIsFedByNoQueue() {
    assertThatThrownBy(
            () ->
                load(
                    """
                    - beans:
                        - name: consumption
                          type: dev.millrace.consumption.ConsumptionPolicy
                    - route:
                        id: mistaken
                        routePolicy: consumption
                        from:
                          uri: direct:in
                          steps:
                            - log: "never"
                    """))
        .hasStackTraceContaining(
            "route mistaken consumes from direct://in, and the consumption policy is for bullmq:<queue>");
  }

  @Test
  void shouldRefuseAModeThatThereIsNot() {
    assertThatThrownBy(() -> load(ROUTE.replace("MODE", "steam").replace("VERSION", "x")))
        .hasStackTraceContaining("consumption mode \"steam\" is unknown; use legacy, pooled");
  }
}
