package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every mode does all that a consumer has to do, whoever added the job. */
class ConsumptionModeTest {

  private static final Duration SOON = Duration.ofSeconds(15);

  private final String queue = EngineFixture.queueName();
  private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  private EngineFixture mill() {
    return new EngineFixture(EngineFixture.options().withPollInterval(Duration.ofSeconds(1)));
  }

  private QueueConsumer consume(EngineFixture mill, ConsumptionMode mode) {
    return mill.engine.consume(
        ConsumerOptions.builder(queue).mode(mode).build(),
        run -> {
          ran.add(run.job().id());
          run.complete("null");
        });
  }

  @ParameterizedTest
  @EnumSource
  void shouldTakeWhatStoodThereInItsOrder(ConsumptionMode mode) {
    NodeSession.run(
        """
        const add = (id, opts) => queue6(args[0]).add('n', {}, { jobId: id, ...opts });
        await add('a'); await add('b'); await add('p2', { priority: 2 }); await add('p1', { priority: 1 });
        await add('l', { lifo: true }); await add('d', { delay: 50 });
        await new Promise((r) => setTimeout(r, 60));
        """,
        queue);
    try (EngineFixture mill = mill()) {
      consume(mill, mode);
      await().atMost(SOON).until(() -> ran.size() == 6);
    }
    assertThat(ran).containsExactly("l", "a", "b", "d", "p1", "p2");
  }

  @ParameterizedTest
  @EnumSource
  void shouldHearOfWhatNodeAddsWhileItSleeps(ConsumptionMode mode) {
    try (EngineFixture mill = mill()) {
      consume(mill, mode);
      await().atMost(SOON).until(() -> mill.engine.health().alive());
      for (String opts : List.of("{}", "{ priority: 3 }", "{ delay: 300 }", "{ lifo: true }")) {
        int before = ran.size();
        NodeSession.run("await queue5(args[0]).add('n', {}, " + opts + ");", queue);
        await().atMost(SOON).until(() -> ran.size() == before + 1);
        NodeSession.run("await queue6(args[0]).add('n', {}, " + opts + ");", queue);
        await().atMost(SOON).until(() -> ran.size() == before + 2);
      }
    }
    assertThat(ran).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void shouldWorkWhatBullLeftAndWhatBullAdds(ConsumptionMode mode) {
    assumeFalse(TestRedis.CLUSTERED, "Bull 4 is not for clusters");
    String adds =
        "for (const o of [{}, { priority: 2 }, { delay: 200 }, { lifo: true }]) await bull(args[0]).add({}, o);";
    NodeSession.run(adds, queue);
    EngineOptions options = EngineFixture.options().withPollInterval(Duration.ofSeconds(1));
    try (EngineFixture mill = new EngineFixture(options.withBullProducers(true))) {
      consume(mill, mode);
      await().atMost(SOON).until(() -> ran.size() == 4);
      NodeSession.run(adds, queue);
      await().atMost(SOON).until(() -> ran.size() == 8);
    }
    assertThat(ran).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void shouldRetryPutOffAndFail(ConsumptionMode mode) {
    try (EngineFixture mill = mill()) {
      mill.engine.consume(
          ConsumerOptions.builder(queue).mode(mode).build(),
          run -> {
            switch (run.job().data()) {
              case "\"retry\"" -> {
                if (run.job().attemptsMade() == 0) {
                  throw new IllegalStateException("once");
                }
                run.complete("null");
              }
              case "\"later\"" -> {
                if (run.job().attemptsStarted() == 1) {
                  run.waitUntil(java.time.Instant.now().plusMillis(150));
                } else {
                  run.complete("null");
                }
              }
              default -> run.fail(new IllegalStateException("no"), false);
            }
          });
      JobOptions twice =
          JobOptions.builder()
              .attempts(2)
              .backoff(Backoff.of("fixed", Duration.ofMillis(150), 0))
              .build();
      String retried = mill.add(queue, "\"retry\"", twice).id();
      String later = mill.add(queue, "\"later\"").id();
      String failed = mill.add(queue, "\"fail\"").id();

      await()
          .atMost(SOON)
          .until(
              () ->
                  mill.heard.containsAll(
                      List.of(retried + " COMPLETED", later + " COMPLETED", failed + " FAILED")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldTakeNothingWhileThePauseLastsAndAllAfterIt(ConsumptionMode mode) {
    try (EngineFixture mill = mill()) {
      mill.engine.admin(queue).pause().join();
      consume(mill, mode);
      mill.addMany(queue, 3);
      await().atMost(SOON).until(() -> mill.engine.health().alive());
      assertThat(mill.counts(queue)).containsEntry("waiting", 3L);

      NodeSession.run("await queue6(args[0]).resume();", queue);

      await().atMost(SOON).until(() -> ran.size() == 3);
    }
  }

  /** A queue that is never idle must not keep its mode from looking elsewhere. */
  @ParameterizedTest
  @EnumSource
  void shouldFindDelayedJobsAndOtherQueuesWhileOneIsBusy(ConsumptionMode mode) {
    AtomicReference<Boolean> done = new AtomicReference<>(false);
    try (EngineFixture mill = mill();
        EngineFixture producer = new EngineFixture()) {
      mill.engine.consume(
          ConsumerOptions.builder(queue + "-busy").mode(mode).build(), run -> run.complete("null"));
      consume(mill, mode);
      await().atMost(SOON).until(() -> mill.engine.health().alive());
      Thread busy =
          Thread.startVirtualThread(
              () -> {
                while (!done.get()) {
                  producer.add(queue + "-busy", "{}");
                }
              });
      producer.add(
          queue + "-busy",
          "\"late\"",
          JobOptions.builder().jobId("late").delay(Duration.ofSeconds(2)).build());
      producer.add(queue, "{}");

      await().atMost(SOON).until(() -> ran.size() == 1);
      await().atMost(SOON).until(() -> mill.heard.contains("late COMPLETED"));
      assertThat(mill.engine.health().alive()).isTrue();
      done.set(true);
      await().atMost(SOON).until(() -> !busy.isAlive());
    }
  }

  /** With a pooled queue beside it, which has the wake key. */
  @Test
  void shouldStayWellWhileAllPollingQueuesAreFull() {
    try (EngineFixture mill = mill()) {
      AtomicReference<JobRun> running = new AtomicReference<>();
      mill.engine.consume(
          ConsumerOptions.builder(queue + "-pooled").build(), run -> run.complete("null"));
      mill.engine.consume(
          ConsumerOptions.builder(queue).mode(ConsumptionMode.POLLING).build(), running::set);
      mill.addMany(queue, 2);
      await().atMost(SOON).until(() -> running.get() != null);
      TestRedis.observer().configResetstat();

      await()
          .during(Duration.ofSeconds(2))
          .atMost(SOON)
          .until(() -> mill.engine.health().lastError() == null && mill.engine.health().alive());

      assertThat(CommandCostTest.billable()).doesNotContainKey("exists");
      running.getAndSet(null).complete("null");
      await().atMost(SOON).until(() -> running.get() != null);
      running.get().complete("null");
      await().atMost(SOON).until(() -> mill.heard.size() == 2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldSuspendResumeAndHandBack(ConsumptionMode mode) {
    try (EngineFixture mill = mill();
        EngineFixture other = mill()) {
      AtomicReference<JobRun> running = new AtomicReference<>();
      QueueConsumer consumer =
          mill.engine.consume(ConsumerOptions.builder(queue).mode(mode).build(), running::set);
      String id = mill.add(queue, "{}").id();
      await().atMost(SOON).until(() -> running.get() != null);
      consumer.suspend();
      running.getAndSet(null).complete("null");
      String next = mill.add(queue, "{}").id();
      await().atMost(SOON).until(() -> mill.heard.contains(id + " COMPLETED"));
      assertThat(mill.counts(queue)).containsEntry("waiting", 1L);

      consumer.resume();
      await().atMost(SOON).until(() -> running.get() != null);
      consumer.close(Duration.ZERO).join();

      assertThat(mill.counts(queue)).containsEntry("waiting", 1L).containsEntry("active", 0L);
      consume(other, mode);
      await().atMost(SOON).until(() -> other.heard.contains(next + " COMPLETED"));
      assertThat(other.job(queue, next).attemptsMade()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldHoldAsManyConnectionsAsItsModeSays(ConsumptionMode mode) {
    assumeFalse(
        TestRedis.CLUSTERED, "a cluster connection has a socket to each node that it asked");
    EngineOptions options = EngineFixture.options();
    try (EngineFixture mill = new EngineFixture(options)) {
      List<String> queues = new ArrayList<>();
      for (int i = 0; i < 11; i++) {
        queues.add(queue + i);
        mill.engine.consume(
            ConsumerOptions.builder(queue + i).mode(mode).build(), run -> run.complete("null"));
      }
      queues.forEach(name -> mill.add(name, "{}"));

      int wanted =
          switch (mode) {
            case LEGACY -> 33 + 1;
            case POOLED -> 2;
            case POLLING -> 1;
          };
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(connections(options.instance())).hasSize(wanted));
      await().atMost(SOON).until(() -> mill.heard.size() == 11);
      assertThat(connections(options.instance())).hasSize(wanted);
    }
    await().atMost(SOON).until(() -> connections(options.instance()).isEmpty());
  }

  static List<String> connections(String instance) {
    return TestRedis.observer()
        .clientList()
        .lines()
        .filter(line -> line.contains("name=millrace:" + instance + ":"))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void shouldNoticeThatRedisWentAndCameBack(ConsumptionMode mode, @TempDir Path folder)
      throws Exception {
    int port = TestRedis.freePort();
    EngineOptions options = EngineFixture.options().withPollInterval(Duration.ofSeconds(1));
    var server = TestRedis.durable(port, folder);
    server.start();
    try (EngineFixture mill =
        new EngineFixture(options, TestRedis.link(options.instance(), port))) {
      consume(mill, mode);
      await().atMost(SOON).until(() -> mill.engine.health().alive());

      server.stop();
      await().atMost(Duration.ofSeconds(30)).until(() -> !mill.engine.health().alive());
      server = TestRedis.durable(port, folder);
      server.start();

      await().atMost(Duration.ofSeconds(60)).until(() -> mill.engine.health().alive());
      String id = mill.add(queue, "{}").id();
      await().atMost(Duration.ofSeconds(60)).until(() -> mill.heard.contains(id + " COMPLETED"));
    } finally {
      server.stop();
    }
  }

  @Test
  void shouldKnowItsModesByName() {
    assertThat(ConsumptionMode.of(" Pooled")).isEqualTo(ConsumptionMode.POOLED);
    assertThatThrownBy(() -> ConsumptionMode.of("pool"))
        .hasMessage("consumption mode \"pool\" is unknown; use legacy, pooled, polling");
    assertThatThrownBy(() -> ConsumptionMode.of(null)).hasMessageContaining("\"\" is unknown");
  }
}
