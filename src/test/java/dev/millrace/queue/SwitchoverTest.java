package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Consumers that change their mode while they work. */
class SwitchoverTest {

  private static final Duration SOON = Duration.ofSeconds(15);
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final String queue = EngineFixture.queueName();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  private static EngineOptions options() {
    return EngineFixture.options().withPollInterval(Duration.ofSeconds(1));
  }

  @ParameterizedTest(name = "{0} to {1}")
  @CsvSource({
    "LEGACY, POOLED, 2", "LEGACY, POLLING, 1", "POOLED, LEGACY, 4",
    "POOLED, POLLING, 1", "POLLING, LEGACY, 4", "POLLING, POOLED, 2"
  })
  void shouldCarryRunningJobsOverAndLeaveNoConnection(
      ConsumptionMode from, ConsumptionMode to, int connections) {
    EngineOptions options = options();
    try (EngineFixture mill = new EngineFixture(options)) {
      CountDownLatch end = new CountDownLatch(1);
      mill.engine.consume(
          ConsumerOptions.builder(queue).mode(from).concurrency(3).build(),
          run -> {
            end.await();
            run.complete("null");
          });
      List<AddedJob> jobs = mill.addMany(queue, 5);
      await().atMost(SOON).until(() -> mill.counts(queue).get("active") == 3);

      List<Switched> done = mill.engine.switchTo(queue, to, DEADLINE).join();

      assertThat(done)
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.failure()).isNull();
                assertThat(one.from()).isEqualTo(from);
                assertThat(one.to()).isEqualTo(to);
                assertThat(one.carried()).isEqualTo(3);
              });
      assertThat(mill.engine.modes()).containsEntry(queue, to);
      end.countDown();
      await().atMost(SOON).until(() -> mill.counts(queue).get("completed") == 5);
      assertThat(mill.heard).hasSize(5);
      jobs.forEach(job -> assertThat(mill.job(queue, job.id()).attemptsStarted()).isEqualTo(1));
      if (!TestRedis.CLUSTERED) {
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(ConsumptionModeTest.connections(options.instance()))
                        .hasSize(connections));
      }
      try (EngineFixture producer = new EngineFixture()) {
        String late = producer.add(queue, "{}").id();
        await().atMost(SOON).until(() -> mill.heard.contains(late + " COMPLETED"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldChangeASuspendedConsumerToEveryMode(ConsumptionMode to) {
    try (EngineFixture mill = new EngineFixture(options())) {
      ConsumptionMode from =
          to == ConsumptionMode.POOLED ? ConsumptionMode.LEGACY : ConsumptionMode.POOLED;
      QueueConsumer consumer =
          mill.engine.consume(
              ConsumerOptions.builder(queue).mode(from).build(), run -> run.complete("null"));
      consumer.suspend();
      mill.add(queue, "{}");

      assertThat(mill.engine.switchTo(queue, to, DEADLINE).join())
          .singleElement()
          .matches(Switched::succeeded);

      assertThat(mill.counts(queue)).containsEntry("waiting", 1L);
      consumer.resume();
      await().atMost(SOON).until(() -> mill.heard.size() == 1);
    }
  }

  @Test
  void shouldGoToAndFroWhileTurnsAreOnTheirWay() {
    try (EngineFixture mill = new EngineFixture(options())) {
      mill.engine.consume(
          ConsumerOptions.builder(queue).concurrency(5).build(), run -> run.complete("null"));
      for (int change = 0; change < 10; change++) {
        mill.addMany(queue, 50);
        for (ConsumptionMode mode : List.of(ConsumptionMode.POLLING, ConsumptionMode.POOLED)) {
          assertThat(mill.engine.switchTo(queue, mode, DEADLINE).join())
              .allMatch(Switched::succeeded);
        }
      }
      await().atMost(SOON).until(() -> mill.heard.size() == 500);
      try (EngineFixture producer = new EngineFixture()) {
        String late = producer.add(queue, "{}").id();
        await().atMost(SOON).until(() -> mill.heard.contains(late + " COMPLETED"));
      }
    }
  }

  @Test
  void shouldSwitchAllConsumersOfAQueue() {
    try (EngineFixture mill = new EngineFixture(options())) {
      QueueConsumer first =
          mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
      QueueConsumer second =
          mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));

      assertThat(mill.engine.switchTo(queue, ConsumptionMode.POLLING, DEADLINE).join()).hasSize(2);

      assertThat(first.mode()).isEqualTo(ConsumptionMode.POLLING);
      second.close(Duration.ZERO).join();
      assertThat(mill.engine.modes()).containsEntry(queue, ConsumptionMode.POLLING);
    }
  }

  @Test
  void shouldGoBackWhenTheNewSideCannotWork() {
    EngineOptions options = options();
    TestRedis.Link link = TestRedis.link(options.instance());
    // This link opens no connection that hears what is published.
    try (EngineFixture mill = new EngineFixture(options, link, new SlowReplies(link))) {
      mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
      String before = mill.add(queue, "{}").id();
      await().atMost(SOON).until(() -> mill.heard.contains(before + " COMPLETED"));

      List<Switched> done =
          mill.engine.switchTo(queue, ConsumptionMode.LEGACY, Duration.ofSeconds(1)).join();

      assertThat(done.get(0).succeeded()).isFalse();
      assertThat(done.get(0).failure()).isEqualTo("its connections did not open in time");
      assertThat(mill.engine.modes()).containsEntry(queue, ConsumptionMode.POOLED);
      try (EngineFixture producer = new EngineFixture()) {
        String after = producer.add(queue, "{}").id();
        await().atMost(SOON).until(() -> mill.heard.contains(after + " COMPLETED"));
      }
    }
  }

  @Test
  void shouldSayWhatCannotBeSwitched() {
    try (EngineFixture mill = new EngineFixture(options())) {
      mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
      await().atMost(SOON).until(() -> mill.engine.health().alive());
      assertThatThrownBy(
              () -> mill.engine.switchTo("nowhere", ConsumptionMode.LEGACY, DEADLINE).join())
          .hasCauseInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("queue \"nowhere\" is not worked here");

      var first = mill.engine.switchTo(queue, ConsumptionMode.LEGACY, DEADLINE);
      assertThatThrownBy(
              () -> mill.engine.switchTo(queue, ConsumptionMode.POLLING, DEADLINE).join())
          .hasCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is changing to mode legacy already");
      assertThat(first.join().get(0).succeeded()).isTrue();
      assertThat(mill.engine.switchTo(queue, ConsumptionMode.LEGACY, DEADLINE).join()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldHearTheCallOfAnotherInstanceInEveryMode(ConsumptionMode mode) {
    AtomicInteger heard = new AtomicInteger();
    try (EngineFixture mill = new EngineFixture(options());
        EngineFixture caller = new EngineFixture(options())) {
      mill.engine.replicas().onCall(heard::incrementAndGet);
      mill.engine.consume(
          ConsumerOptions.builder(queue).mode(mode).build(), run -> run.complete("null"));
      await().atMost(SOON).until(() -> heard.get() == 1);
      await().atMost(SOON).until(() -> mill.engine.health().alive());
      QueueConsumer consumer = mill.engine.consumersOf(queue).get(0);
      await().atMost(SOON).until(() -> mill.engine.ask(() -> consumer.feed().hears(consumer)));

      assertThat(caller.engine.replicas().call().join())
          .containsExactly(mill.engine.options().instance());

      await().atMost(Duration.ofSeconds(3)).until(() -> heard.get() == 2);
    }
    assertThat(TestRedis.observer().zcard(QueueKeys.instancesKey(TestRedis.PREFIX))).isZero();
  }

  /** Two replicas, three queues, producers, and a change every 50 ms. */
  @Test
  void shouldLoseAndRepeatNothingInAStormOfChanges() {
    int jobs = 3_000;
    Map<String, AtomicInteger> effects = new ConcurrentHashMap<>();
    List<String> queues = List.of(queue + "a", queue + "b", queue + "c");
    Random random = new Random(7);
    try (EngineFixture one = new EngineFixture(options());
        EngineFixture two = new EngineFixture(options());
        EngineFixture producer = new EngineFixture()) {
      for (EngineFixture mill : List.of(one, two)) {
        queues.forEach(
            name ->
                mill.engine.consume(
                    ConsumerOptions.builder(name).concurrency(5).build(),
                    run -> {
                      effects
                          .computeIfAbsent(name + run.job().id(), id -> new AtomicInteger())
                          .incrementAndGet();
                      run.complete("null");
                    }));
      }
      List<Switched> changes = new ArrayList<>();
      for (int added = 0; added < jobs; added += 60) {
        queues.forEach(name -> producer.addMany(name, 20));
        EngineFixture mill = random.nextBoolean() ? one : two;
        String name = queues.get(random.nextInt(queues.size()));
        ConsumptionMode mode = ConsumptionMode.values()[random.nextInt(3)];
        changes.addAll(mill.engine.switchTo(name, mode, DEADLINE).join());
      }

      await().atMost(Duration.ofSeconds(60)).until(() -> effects.size() == jobs);
      assertThat(effects.values()).allMatch(count -> count.get() == 1);
      assertThat(changes).isNotEmpty().allMatch(Switched::succeeded);
      queues.forEach(
          name ->
              assertThat(producer.counts(name))
                  .containsEntry("active", 0L)
                  .containsEntry("waiting", 0L)
                  .containsEntry("failed", 0L));
    }
  }

  @Test
  void shouldStoreModesAndForgetThem() {
    try (EngineFixture mill = new EngineFixture(options())) {
      StoredModes modes = mill.engine.storedModes();
      assertThat(modes.read().join()).isEmpty();
      modes.store(List.of("a", "b"), ConsumptionMode.LEGACY).join();
      modes.store(List.of("b"), ConsumptionMode.POLLING).join();
      TestRedis.observer().hset(TestRedis.PREFIX + "::consumption", "c", "steam");

      assertThat(modes.read().join())
          .isEqualTo(Map.of("a", ConsumptionMode.LEGACY, "b", ConsumptionMode.POLLING));

      modes.forget(List.of("a", "nowhere")).join();
      assertThat(modes.read().join()).containsOnlyKeys("b");
    }
  }
}
