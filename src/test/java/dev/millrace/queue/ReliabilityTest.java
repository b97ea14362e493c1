package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may break does break here; no job is lost by it, and none is acknowledged twice. */
class ReliabilityTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  private final String queue = EngineFixture.queueName();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @Test
  void shouldTakeJobsAgainAfterAllItsConnectionsWereCut() {
    try (EngineFixture mill = new EngineFixture()) {
      mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
      String before = mill.add(queue, "{}").id();
      await().atMost(LONG).until(() -> mill.heard.contains(before + " COMPLETED"));

      TestRedis.observer().clientKill(KillArgs.Builder.typeNormal().skipme(true));

      String after = mill.add(queue, "{}").id();
      await().atMost(LONG).until(() -> mill.heard.contains(after + " COMPLETED"));
      await().atMost(LONG).until(() -> mill.engine.health().alive());
    }
  }

  @Test
  void shouldStartWithoutRedisAndWorkAsSoonAsItIsThere(@TempDir Path folder) throws Exception {
    int port = TestRedis.freePort();
    EngineOptions options = EngineFixture.options();
    var server = TestRedis.durable(port, folder);
    try (EngineFixture mill =
        new EngineFixture(options, TestRedis.link(options.instance(), port))) {
      mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
      await().atMost(LONG).until(() -> mill.engine.health().lastError() != null);
      assertThat(mill.engine.health().alive()).isFalse();

      server.start();

      await().atMost(LONG).until(() -> mill.engine.health().alive());
      String id = mill.add(queue, "{}").id();
      await().atMost(LONG).until(() -> mill.heard.contains(id + " COMPLETED"));
    } finally {
      server.stop();
    }
  }

  @Test
  void shouldTellRedisOfAnEndThatCameWhileItWasAway(@TempDir Path folder) throws Exception {
    int port = TestRedis.freePort();
    EngineOptions options = EngineFixture.options();
    var server = TestRedis.durable(port, folder);
    server.start();
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    try (EngineFixture mill =
        new EngineFixture(options, TestRedis.link(options.instance(), port))) {
      mill.engine.consume(
          ConsumerOptions.of(queue),
          run -> {
            started.countDown();
            proceed.await();
            run.complete("\"kept\"");
          });
      String id = mill.add(queue, "{}").id();
      assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();

      server.stop();
      await().atMost(LONG).until(() -> !mill.engine.health().alive());
      proceed.countDown();
      server = TestRedis.durable(port, folder);
      server.start();

      await().atMost(LONG).until(() -> mill.heard.contains(id + " COMPLETED"));
      assertThat(mill.job(queue, id).returnValue()).isEqualTo("\"kept\"");
    } finally {
      server.stop();
    }
  }

  @Test
  void shouldCloseSoonAlthoughRedisIsAway(@TempDir Path folder) throws Exception {
    int port = TestRedis.freePort();
    EngineOptions options = EngineFixture.options();
    var server = TestRedis.durable(port, folder);
    server.start();
    EngineFixture mill = new EngineFixture(options, TestRedis.link(options.instance(), port));
    try {
      CountDownLatch started = new CountDownLatch(1);
      mill.engine.consume(ConsumerOptions.of(queue), run -> started.countDown());
      mill.add(queue, "{}");
      assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
      server.stop();

      assertThat(CompletableFuture.runAsync(mill.engine::close))
          .succeedsWithin(Duration.ofSeconds(10));
    } finally {
      server.stop();
      mill.close();
    }
  }

  @Test
  void shouldLoseNothingWhileItsServerIsAReadOnlyReplica(@TempDir Path folder) throws Exception {
    int port = TestRedis.freePort();
    EngineOptions options = EngineFixture.options();
    var server = TestRedis.durable(port, folder);
    server.start();
    RedisClient client = RedisClient.create("redis://127.0.0.1:" + port);
    try (EngineFixture mill =
        new EngineFixture(options, TestRedis.link(options.instance(), port))) {
      AtomicReference<JobRun> running = new AtomicReference<>();
      mill.engine.consume(ConsumerOptions.of(queue), running::set);
      mill.addMany(queue, 2);
      await().atMost(LONG).until(() -> running.get() != null);
      var operator = client.connect().sync();

      operator.replicaof("127.0.0.1", TestRedis.freePort());
      running.getAndSet(null).complete("null");
      await().atMost(LONG).until(() -> !mill.engine.health().alive());
      operator.replicaofNoOne();

      await().atMost(LONG).until(() -> running.get() != null);
      running.get().complete("null");
      await().atMost(LONG).until(() -> mill.counts(queue).get("completed") == 2);
    } finally {
      client.shutdown();
      server.stop();
    }
  }

  @Test
  void shouldRecoverTheJobOfAWorkerThatDied() {
    EngineOptions quick = EngineFixture.options().withStalledInterval(Duration.ofMillis(300));
    try (EngineFixture dying = new EngineFixture(quick);
        EngineFixture survivor =
            new EngineFixture(
                EngineFixture.options().withStalledInterval(Duration.ofMillis(300)))) {
      CountDownLatch started = new CountDownLatch(1);
      dying.engine.consume(
          ConsumerOptions.of(queue).withLockDuration(Duration.ofSeconds(1)),
          run -> started.countDown());
      String id = dying.add(queue, "{}").id();
      await().atMost(LONG).until(() -> started.getCount() == 0);
      // Its sockets close without a word, as when the process is killed; its renewals go nowhere.
      dying.link.close();

      survivor.engine.consume(ConsumerOptions.of(queue), run -> run.complete("\"second\""));

      await().atMost(LONG).until(() -> survivor.heard.contains(id + " COMPLETED"));
      assertThat(survivor.heard).contains(queue + " STALLED 1");
      assertThat(survivor.job(queue, id).attemptsStarted()).isEqualTo(2);
      assertThat(survivor.job(queue, id).attemptsMade()).isEqualTo(1);
    }
  }

  @Test
  void shouldFailAJobThatKeepsKillingItsWorkers() {
    try (EngineFixture mill = new EngineFixture()) {
      AtomicInteger runs = new AtomicInteger();
      String id = mill.add(queue, "{}", JobOptions.builder().attempts(5).build()).id();
      TestRedis.observer()
          .hset(TestRedis.key(queue, id), "defa", "job stalled more than allowable limit");

      mill.engine.consume(ConsumerOptions.of(queue), run -> runs.incrementAndGet());

      await().atMost(LONG).until(() -> mill.heard.contains(id + " FAILED"));
      assertThat(runs.get()).isZero();
      assertThat(mill.job(queue, id).failedReason())
          .isEqualTo("job stalled more than allowable limit");
      assertThat(TestRedis.observer().hexists(TestRedis.key(queue, id), "defa")).isFalse();
    }
  }

  @Test
  void shouldKeepTheLockOfALongJobAlive() {
    try (EngineFixture mill = new EngineFixture()) {
      AtomicReference<JobRun> running = new AtomicReference<>();
      mill.engine.consume(
          ConsumerOptions.of(queue).withLockDuration(Duration.ofSeconds(1)), running::set);
      String id = mill.add(queue, "{}").id();
      String lock = TestRedis.key(queue, id + ":lock");

      await()
          .during(Duration.ofMillis(2500))
          .atMost(LONG)
          .until(() -> running.get() == null || TestRedis.observer().exists(lock) == 1);
      running.get().complete("null");

      await().atMost(LONG).until(() -> mill.heard.contains(id + " COMPLETED"));
    }
  }

  @Test
  void shouldInterruptAndNeverAcknowledgeARunThatLostItsLock() {
    try (EngineFixture mill = new EngineFixture()) {
      CountDownLatch started = new CountDownLatch(1);
      CountDownLatch interrupted = new CountDownLatch(1);
      mill.engine.consume(
          ConsumerOptions.of(queue).withLockDuration(Duration.ofSeconds(1)),
          run -> {
            started.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              interrupted.countDown();
              run.complete("\"too late\"");
            }
          });
      String id = mill.add(queue, "{}").id();
      await().atMost(LONG).until(() -> started.getCount() == 0);

      TestRedis.observer().set(TestRedis.key(queue, id + ":lock"), "somebody else");

      await().atMost(LONG).until(() -> mill.heard.contains(id + " LOST"));
      await().atMost(LONG).until(() -> interrupted.getCount() == 0);
      assertThat(mill.job(queue, id).finishedOn()).isNull();
      assertThat(mill.counts(queue)).containsEntry("active", 1L);
    }
  }

  @Test
  void shouldShareAQueueBetweenReplicasWithoutRunningAnythingTwice() {
    try (EngineFixture one = new EngineFixture();
        EngineFixture two = new EngineFixture()) {
      Set<String> byOne = ConcurrentHashMap.newKeySet();
      Set<String> byTwo = ConcurrentHashMap.newKeySet();
      AtomicInteger runs = new AtomicInteger();
      for (var side : java.util.Map.of(one, byOne, two, byTwo).entrySet()) {
        side.getKey()
            .engine
            .consume(
                ConsumerOptions.of(queue).withConcurrency(3),
                run -> {
                  runs.incrementAndGet();
                  side.getValue().add(run.job().id());
                  run.complete("null");
                });
      }

      one.addMany(queue, 2000);

      await().atMost(LONG).until(() -> runs.get() >= 2000 && one.counts(queue).get("active") == 0);
      assertThat(runs.get()).isEqualTo(2000);
      assertThat(byOne).isNotEmpty().doesNotContainAnyElementsOf(byTwo);
      assertThat(byTwo).isNotEmpty();
    }
  }

  @Test
  void shouldLeaveAJobToAnotherReplicaWhileItIsFull() {
    try (EngineFixture busy = new EngineFixture();
        EngineFixture free = new EngineFixture()) {
      CountDownLatch started = new CountDownLatch(1);
      AtomicReference<JobRun> held = new AtomicReference<>();
      busy.engine.consume(
          ConsumerOptions.of(queue),
          run -> {
            held.set(run);
            started.countDown();
          });
      busy.add(queue, "{}");
      await().atMost(LONG).until(() -> started.getCount() == 0);
      free.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
      await().atMost(LONG).until(() -> free.engine.health().alive());

      String id = busy.add(queue, "{}").id();

      await().atMost(LONG).until(() -> free.heard.contains(id + " COMPLETED"));
      held.get().complete("null");
    }
  }
}
