package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestCluster;
import dev.millrace.TestRedis;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What only a cluster can do to an engine, on a cluster of this test's own. */
class ClusterTest {

  private static final String PREFIX = "{mill}";
  private static final Duration LONG = Duration.ofSeconds(60);

  private static TestCluster cluster;

  private final String queue = EngineFixture.queueName();
  private final EngineOptions options =
      EngineFixture.options().withPrefix(PREFIX).withPollInterval(Duration.ofSeconds(1));
  private final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(3);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void noRuns() {
    runs.clear();
  }

  @ParameterizedTest
  @CsvSource({"bull, {bull}", "bull{}, {bull}", "}bull{, {bull}", "{}{a}, {a}", "{}, {bull}"})
  void shouldRefuseAPrefixWithoutAHashTag(String prefix, String remedy) {
    try (TestRedis.Link link = TestRedis.link(options.instance(), cluster, PREFIX)) {
      assertThatThrownBy(
              () ->
                  new QueueEngine(
                      link, options.withPrefix(prefix), EngineListener.NONE, Clock.systemUTC()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("prefix \"" + prefix + "\"")
          .hasMessageContaining("\"" + remedy + "\"");
    }
  }

  @Test
  void shouldNotWorkAClusterThroughOneOfItsNodes() {
    TestRedis.Link link = TestRedis.link(options.instance(), cluster.owner(PREFIX).port());
    try (EngineFixture mill = new EngineFixture(options, link)) {
      consume(mill);

      await()
          .atMost(EngineFixture.SOON)
          .untilAsserted(
              () -> assertThat(mill.engine.health().lastError()).contains("cluster.nodes"));
      assertThat(mill.engine.health().alive()).isFalse();
    }
  }

  @Test
  void shouldHoldTwoConnectionsToTheNodeOfTheQueuesAndAtMostOneToAnother() {
    try (EngineFixture mill = onCluster()) {
      consume(mill);
      String id = mill.add(queue, "{}").id();
      await().atMost(LONG).until(() -> mill.heard.contains(id + " COMPLETED"));

      String command = "millrace:" + options.instance() + ":command";
      String waiting = "millrace:" + options.instance() + ":waiting";
      TestCluster.Node owner = cluster.owner(PREFIX);
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                List<String> elsewhere =
                    cluster.nodes().stream()
                        .filter(node -> node != owner)
                        .flatMap(node -> connections(node).stream())
                        .toList();
                // The one more asks about the cluster; Lettuce chooses its node.
                assertThat(elsewhere).isSubsetOf(command).hasSizeLessThanOrEqualTo(1);
                assertThat(connections(owner))
                    .containsExactlyElementsOf(
                        elsewhere.isEmpty()
                            ? List.of(command, command, waiting)
                            : List.of(command, waiting));
              });
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldFollowTheQueuesToAnotherNodeWhileJobsAreAddedAndWorked(ConsumptionMode mode) {
    TestCluster.Node from = cluster.owner(PREFIX);
    TestCluster.Node to =
        cluster.nodes().stream().filter(node -> node != from).findFirst().orElseThrow();
    try (EngineFixture mill = onCluster()) {
      consume(mill, mode);
      AtomicInteger added = new AtomicInteger();
      AtomicBoolean moved = new AtomicBoolean();
      CompletableFuture<Void> adding =
          CompletableFuture.runAsync(
              () -> {
                while (!moved.get() || added.get() < 200) {
                  mill.add(queue, "{}");
                  added.incrementAndGet();
                }
              });
      await().atMost(LONG).until(() -> added.get() > 50);

      cluster.moveSlot(
          PREFIX,
          to,
          () -> {
            // Half of a queue's keys are here and half there: nobody may touch them meanwhile.
            int before = added.get();
            await()
                .during(Duration.ofMillis(500))
                .atMost(LONG)
                .until(() -> added.get() <= before + 1 && !adding.isDone());
          });
      moved.set(true);

      assertThat(adding).succeedsWithin(LONG);
      await().atMost(LONG).until(() -> mill.counts(queue).get("completed") == added.get());
      assertThat(cluster.owner(PREFIX)).isEqualTo(to);
      assertThat(runs).hasSize(added.get());
      assertThat(runs.values()).allMatch(times -> times.get() == 1);
      assertThat(mill.counts(queue)).containsEntry("active", 0L).containsEntry("waiting", 0L);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldGoOnWithTheReplicaOfAMasterThatDied(ConsumptionMode mode) {
    TestCluster own = TestCluster.start(3);
    try (EngineFixture mill =
        new EngineFixture(options, TestRedis.link(options.instance(), own, PREFIX))) {
      TestCluster.Node heir = own.addReplica(PREFIX);
      consume(mill, mode);
      String before = mill.add(queue, "{}").id();
      await().atMost(LONG).until(() -> mill.heard.contains(before + " COMPLETED"));
      TestCluster.Node master = own.owner(PREFIX);
      await()
          .atMost(LONG)
          .until(() -> heir.operator().info("replication").contains(offset(master)));

      own.kill(master);

      await().atMost(LONG).ignoreExceptions().until(() -> own.owner(PREFIX).equals(heir));
      await().atMost(LONG).until(() -> mill.engine.health().alive());
      String after = mill.add(queue, "{}").id();
      await().atMost(LONG).until(() -> mill.heard.contains(after + " COMPLETED"));
      assertThat(mill.counts(queue)).containsEntry("completed", 2L);
    } finally {
      own.close();
    }
  }

  private EngineFixture onCluster() {
    return new EngineFixture(options, TestRedis.link(options.instance(), cluster, PREFIX));
  }

  private void consume(EngineFixture mill) {
    consume(mill, ConsumptionMode.POOLED);
  }

  private void consume(EngineFixture mill, ConsumptionMode mode) {
    mill.engine.consume(
        ConsumerOptions.builder(queue).mode(mode).concurrency(5).build(),
        run -> {
          runs.computeIfAbsent(run.job().id(), id -> new AtomicInteger()).incrementAndGet();
          run.complete("null");
        });
  }

  private List<String> connections(TestCluster.Node node) {
    return node.operator()
        .clientList()
        .lines()
        .map(line -> line.replaceAll(".* name=(\\S*) .*", "$1"))
        .filter(name -> name.contains(options.instance()))
        .sorted()
        .toList();
  }

  private static String offset(TestCluster.Node master) {
    return master
        .operator()
        .info("replication")
        .lines()
        .filter(line -> line.startsWith("master_repl_offset:"))
        .findFirst()
        .orElseThrow()
        .replace("master_repl_offset", "slave_repl_offset");
  }
}
