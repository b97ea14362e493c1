package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the engine costs, as the server itself counts it; a dearer engine fails the build. */
class CommandCostTest {

  /** What the observer asks, and what any client says when it connects. */
  private static final List<String> NOT_COUNTED =
      List.of("info", "config", "client", "hello", "cluster");

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @Test
  void shouldHoldTwoNamedConnectionsForElevenQueuesAndOneMoreOnACluster() {
    EngineOptions options = EngineFixture.options();
    try (EngineFixture mill = new EngineFixture(options)) {
      consumeEleven(mill);
      await().atMost(EngineFixture.SOON).until(() -> mill.engine.health().alive());

      String ours = "millrace:" + options.instance();
      List<String> wanted = new ArrayList<>(List.of(ours + ":command", ours + ":waiting"));
      if (TestRedis.CLUSTERED) {
        // To the node that is asked about the cluster; the other two lead to the queues' node.
        wanted.add(0, ours + ":command");
      }
      await()
          .atMost(EngineFixture.SOON)
          .untilAsserted(() -> assertThat(connections(ours)).isEqualTo(wanted));
    }
  }

  @Test
  void shouldCostOneWaitAndOneLookPerIdleCycleWhateverTheNumberOfQueues() {
    EngineOptions options = EngineFixture.options().withBlockTimeout(Duration.ofSeconds(1));
    try (EngineFixture mill = new EngineFixture(options)) {
      consumeEleven(mill);
      await().atMost(EngineFixture.SOON).until(() -> mill.engine.health().alive());
      // From here on nothing but idle cycles: the queues are in the wait and the first looks are
      // over.
      await().atMost(EngineFixture.SOON).until(() -> calls("exists") >= 1);
      TestRedis.observer().configResetstat();

      await().atMost(EngineFixture.SOON).until(() -> calls("bzpopmin") >= 3);

      Map<String, Long> idle = billable();
      assertThat(idle.keySet()).containsExactlyInAnyOrder("bzpopmin", "exists");
      assertThat(idle.get("exists")).isBetween(idle.get("bzpopmin") - 1, idle.get("bzpopmin") + 1);
    }
  }

  @Test
  void shouldCostTheSameAtRestWithAFarDelayedJobInEveryQueue() {
    EngineOptions options = EngineFixture.options().withBlockTimeout(Duration.ofSeconds(1));
    try (EngineFixture mill = new EngineFixture(options)) {
      List<String> queues = consumeEleven(mill);
      for (String queue : queues) {
        mill.add(queue, "{}", JobOptions.builder().delay(Duration.ofDays(1)).build());
      }
      await().atMost(EngineFixture.SOON).until(() -> calls("exists") >= 1);
      await().atMost(EngineFixture.SOON).until(() -> markers(queues) == 0);
      TestRedis.observer().configResetstat();

      await().atMost(EngineFixture.SOON).until(() -> calls("bzpopmin") >= 3);

      assertThat(billable().keySet()).containsExactlyInAnyOrder("bzpopmin", "exists");
    }
  }

  @Test
  void shouldMeterExactlyWhatTheServerCounts() {
    String queue = EngineFixture.queueName();
    try (EngineFixture mill = new EngineFixture()) {
      mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
      for (int i = 0; i < 20; i++) {
        String id = mill.add(queue, "{}").id();
        await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));
      }
      await()
          .atMost(EngineFixture.SOON)
          .untilAsserted(
              () -> {
                long counted = billable().values().stream().mapToLong(Long::longValue).sum();
                assertThat(mill.engine.meter().billed()).isEqualTo(counted);
              });
    }
  }

  @Test
  void shouldCost24CommandsPerJobOfAnIdleQueueWithAllEvents() {
    String queue = EngineFixture.queueName();
    try (EngineFixture producer = new EngineFixture();
        EngineFixture mill = new EngineFixture()) {
      mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
      String warm = producer.add(queue, "{}").id();
      await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(warm + " COMPLETED"));
      awaitQuiet();
      TestRedis.observer().configResetstat();

      String id = producer.add(queue, "{}").id();
      await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));

      assertThat(total()).isEqualTo(24);
    }
  }

  @Test
  void shouldCost10CommandsPerJobInOneProcessWithoutEvents() {
    String queue = EngineFixture.queueName();
    EngineOptions options = EngineFixture.options().withEvents(EventMode.OFF);
    try (EngineFixture mill = new EngineFixture(options)) {
      mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
      JobOptions removed = JobOptions.builder().removeOnComplete(Retention.NONE).build();
      String warm = mill.add(queue, "{}", removed).id();
      await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(warm + " COMPLETED"));
      awaitQuiet();
      TestRedis.observer().configResetstat();

      String id = mill.add(queue, "{}", removed).id();
      await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));

      assertThat(total()).isEqualTo(10);
    }
  }

  @ParameterizedTest
  @CsvSource({"FULL, 13", "OFF, 7"})
  void shouldCostSoManyCommandsPerJobOfABurst(EventMode events, int most) {
    String queue = EngineFixture.queueName();
    EngineOptions options = EngineFixture.options().withEvents(events);
    try (EngineFixture producer = new EngineFixture(options);
        EngineFixture mill = new EngineFixture(EngineFixture.options().withEvents(events))) {
      mill.engine.consume(
          ConsumerOptions.of(queue).withConcurrency(50), run -> run.complete("null"));
      await().atMost(EngineFixture.SOON).until(() -> mill.engine.health().alive());
      awaitQuiet();
      TestRedis.observer().configResetstat();

      for (int i = 0; i < 20; i++) {
        producer.addMany(queue, 50);
      }
      await().atMost(EngineFixture.SOON).until(() -> mill.heard.size() == 1000);

      assertThat(total() / 1000.0).isLessThanOrEqualTo(most);
    }
  }

  @Test
  void shouldCostLessThanHalfACommandAMinuteOverTheWholeIdleCycle() {
    EngineOptions options =
        EngineFixture.options()
            .withBlockTimeout(Duration.ofSeconds(1))
            .withLateSweep(Duration.ofSeconds(3));
    try (EngineFixture mill = new EngineFixture(options)) {
      consumeEleven(mill);
      await().atMost(EngineFixture.SOON).until(() -> calls("zrange") > 11);
      await().atMost(EngineFixture.SOON).until(() -> calls("exists") >= 1);
      TestRedis.observer().configResetstat();

      await().atMost(EngineFixture.SOON).until(() -> calls("zrange") == 11);

      // A cycle is the waits between two sweeps; with the defaults there are more of them.
      Map<String, Long> idle = billable();
      assertThat(idle.keySet()).containsExactlyInAnyOrder("bzpopmin", "exists", "zrange");
      assertThat(idle.get("exists")).isBetween(idle.get("bzpopmin") - 1, idle.get("bzpopmin") + 1);
      double waits =
          (double) EngineOptions.DEFAULT_LATE_SWEEP.toMillis()
              / EngineOptions.DEFAULT_BLOCK_TIMEOUT.toMillis();
      double aMinute = (2 * waits + 11) / EngineOptions.DEFAULT_LATE_SWEEP.toMinutes();
      assertThat(aMinute).isLessThanOrEqualTo(0.5);
    }
  }

  @Test
  void shouldKeepElevenLongJobsForThirteenCommandsALock() {
    Duration lock = Duration.ofSeconds(2);
    CountDownLatch end = new CountDownLatch(1);
    try (EngineFixture mill = new EngineFixture()) {
      List<String> queues = runEleven(mill, lock, end);
      await().atMost(EngineFixture.SOON).until(() -> calls("pexpire") == 2L * queues.size());
      TestRedis.observer().configResetstat();
      long began = System.nanoTime();

      await().atMost(EngineFixture.SOON).until(() -> calls("pexpire") == 2L * queues.size());

      // EVALSHA, MGET and a PEXPIRE each, and not more often than once in a lock's time: at most
      // two
      // in a minute with the default of 30 s.
      assertThat(billable()).containsEntry("evalsha", 2L).containsEntry("mget", 2L);
      assertThat(total()).isEqualTo(2 * 13);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(lock);
      end.countDown();
    }
  }

  @Test
  void shouldLookAfterElevenRunningJobsForFifteenCommandsAWait() {
    CountDownLatch end = new CountDownLatch(1);
    EngineOptions options = EngineFixture.options().withBlockTimeout(Duration.ofSeconds(1));
    try (EngineFixture mill = new EngineFixture(options)) {
      runEleven(mill, Duration.ofMinutes(1), end);
      await().atMost(EngineFixture.SOON).until(() -> calls("exists") >= 2);
      TestRedis.observer().configResetstat();

      await().atMost(EngineFixture.SOON).until(() -> calls("llen") == 22);

      assertThat(billable())
          .containsEntry("llen", 22L)
          .containsEntry("evalsha", 2L)
          .containsOnlyKeys("llen", "evalsha", "exists", "bzpopmin");
      // The count may begin between the two of one look.
      assertThat(calls("exists")).isBetween(2L, 5L);
      assertThat(calls("bzpopmin")).isBetween(1L, 3L);
      end.countDown();
    }
  }

  private static List<String> runEleven(EngineFixture mill, Duration lock, CountDownLatch end) {
    List<String> queues =
        java.util.stream.IntStream.range(0, 11).mapToObj(i -> EngineFixture.queueName()).toList();
    CountDownLatch begun = new CountDownLatch(queues.size());
    for (String queue : queues) {
      mill.engine.consume(
          ConsumerOptions.of(queue).withLockDuration(lock),
          run -> {
            begun.countDown();
            end.await();
            run.complete("null");
          });
      mill.add(queue, "{}");
    }
    await().atMost(EngineFixture.SOON).until(() -> begun.getCount() == 0);
    return queues;
  }

  /** All that follows a job, a look for others, a stalled check, has come and gone. */
  private static void awaitQuiet() {
    AtomicReference<Map<String, Long>> last = new AtomicReference<>(Map.of());
    await()
        .atMost(EngineFixture.SOON)
        .during(Duration.ofMillis(800))
        .until(() -> billable().equals(last.getAndSet(billable())));
  }

  private static List<String> connections(String owner) {
    return TestRedis.observer()
        .clientList()
        .lines()
        .map(line -> line.replaceAll(".* name=(\\S*) .*", "$1"))
        .filter(name -> name.startsWith(owner))
        .sorted()
        .toList();
  }

  private static List<String> consumeEleven(EngineFixture mill) {
    List<String> queues =
        java.util.stream.IntStream.range(0, 11).mapToObj(i -> EngineFixture.queueName()).toList();
    queues.forEach(
        queue -> mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null")));
    return queues;
  }

  private static long markers(List<String> queues) {
    return TestRedis.observer()
        .exists(queues.stream().map(q -> TestRedis.key(q, "marker")).toArray(String[]::new));
  }

  static long calls(String command) {
    return TestRedis.commandStats().getOrDefault(command, 0L);
  }

  private static long total() {
    return billable().values().stream().mapToLong(Long::longValue).sum();
  }

  static Map<String, Long> billable() {
    Map<String, Long> calls = TestRedis.commandStats();
    NOT_COUNTED.forEach(calls::remove);
    return calls;
  }
}
