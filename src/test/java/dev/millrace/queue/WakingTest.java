package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestClock;
import dev.millrace.TestRedis;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * No queue oversleeps, whoever popped its marker; waits last five minutes here, as they do live.
 */
class WakingTest {

  private final String queue = EngineFixture.queueName();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @Test
  void shouldComeBackAfterARateLimitAlthoughADelayedJobIsDueBeforeIt() {
    TestRedis.observer().hset(TestRedis.key(queue, "meta"), Map.of("max", "1", "duration", "1500"));
    try (EngineFixture mill = new EngineFixture()) {
      mill.add(queue, "{}", JobOptions.builder().delay(Duration.ofMillis(700)).build());
      mill.addMany(queue, 2);

      mill.engine.consume(
          ConsumerOptions.of(queue).withConcurrency(5), run -> run.complete("null"));

      await().atMost(EngineFixture.SOON).until(() -> mill.counts(queue).get("completed") == 3);
    }
  }

  @Test
  void shouldTakeAJobWhoseMarkerArrivesBeforeTheReplyOfAnEmptyTurn() {
    EngineOptions options = EngineFixture.options();
    try (TestRedis.Link link = TestRedis.link(options.instance())) {
      SlowReplies slow = new SlowReplies(link);
      Queue<String> ended = new ConcurrentLinkedQueue<>();
      QueueEngine engine =
          new QueueEngine(
              slow,
              options,
              new EngineListener() {
                @Override
                public void ended(Job job, Outcome outcome, Duration ran) {
                  ended.add(job.id() + " " + outcome);
                }
              },
              Clock.systemUTC());
      try (EngineFixture producer = new EngineFixture()) {
        engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
        String first = producer.add(queue, "{}").id();
        await().atMost(EngineFixture.SOON).until(() -> ended.contains(first + " COMPLETED"));

        slow.hold();
        TestRedis.observer().zadd(TestRedis.key(queue, "marker"), 0, "0");
        await().atMost(EngineFixture.SOON).until(() -> slow.held() > 0);
        String second = producer.add(queue, "{}").id();
        await()
            .atMost(EngineFixture.SOON)
            .until(() -> TestRedis.observer().exists(TestRedis.key(queue, "marker")) == 0);
        engine.health();
        slow.release();

        await().atMost(EngineFixture.SOON).until(() -> ended.contains(second + " COMPLETED"));
      } finally {
        engine.close();
      }
    }
  }

  @Test
  void shouldLeaveADelayedJobToAnotherReplicaWhenItIsSuspended() {
    try (EngineFixture suspended = new EngineFixture();
        EngineFixture awake = new EngineFixture()) {
      QueueConsumer consumer =
          suspended.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
      String warm = suspended.add(queue, "{}").id();
      await().atMost(EngineFixture.SOON).until(() -> suspended.heard.contains(warm + " COMPLETED"));
      String id =
          suspended
              .add(queue, "{}", JobOptions.builder().delay(Duration.ofMillis(1500)).build())
              .id();
      await()
          .atMost(EngineFixture.SOON)
          .until(() -> TestRedis.observer().exists(TestRedis.key(queue, "marker")) == 0);
      consumer.suspend();
      suspended.engine.health();
      // Not before the marker is gone: else its first look would find the job by itself.
      CountDownLatch ready = new CountDownLatch(1);
      awake.engine.consume(
          ConsumerOptions.of(queue),
          run -> {
            ready.countDown();
            run.complete("null");
          });

      await().atMost(EngineFixture.SOON).until(() -> awake.heard.contains(id + " COMPLETED"));
    }
  }

  @Test
  void shouldPutTheMarkerOfADelayedJobBackWhenItIsSuspended() {
    try (EngineFixture mill = new EngineFixture()) {
      QueueConsumer consumer =
          mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
      String warm = mill.add(queue, "{}").id();
      await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(warm + " COMPLETED"));
      mill.add(queue, "{}", JobOptions.builder().delay(Duration.ofHours(1)).build());
      await()
          .atMost(EngineFixture.SOON)
          .until(() -> TestRedis.observer().exists(TestRedis.key(queue, "marker")) == 0);

      consumer.suspend();

      await()
          .atMost(EngineFixture.SOON)
          .until(() -> TestRedis.observer().zscore(TestRedis.key(queue, "marker"), "1") != null);
    }
  }

  @Test
  void shouldFindTheJobsOfADeadWorkerAlthoughItsOwnWaitsNeverEndIdle() {
    EngineOptions options =
        EngineFixture.options()
            .withBlockTimeout(Duration.ofSeconds(1))
            .withStalledInterval(Duration.ofMillis(200));
    try (EngineFixture mill = new EngineFixture(options)) {
      String other = EngineFixture.queueName();
      mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
      mill.engine.consume(ConsumerOptions.of(other), run -> run.complete("null"));
      String warm = mill.add(other, "{}").id();
      await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(warm + " COMPLETED"));
      await()
          .during(Duration.ofMillis(900))
          .atMost(EngineFixture.SOON)
          .until(() -> mill.add(other, "{}").id() != null);

      String id = mill.add("elsewhere", "{}").id();
      TestRedis.observer().rename(TestRedis.key("elsewhere", id), TestRedis.key(queue, "dead"));
      TestRedis.observer().lpush(TestRedis.key(queue, "active"), "dead");

      await()
          .atMost(EngineFixture.SOON)
          .until(
              () -> {
                mill.add(other, "{}");
                return mill.heard.contains("dead COMPLETED");
              });
    }
  }

  @Test
  void shouldPutTheMarkerBackThatItsLastWaitPops() {
    EngineOptions options = EngineFixture.options();
    try (TestRedis.Link link = TestRedis.link(options.instance())) {
      SlowReplies slow = new SlowReplies(link);
      QueueEngine engine = new QueueEngine(slow, options, EngineListener.NONE, Clock.systemUTC());
      engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
      JobOptions tomorrow = JobOptions.builder().delay(Duration.ofDays(1)).build();
      engine.queue(queue).add(new NewJob("test", "{}", tomorrow)).join();
      await()
          .atMost(EngineFixture.SOON)
          .until(() -> TestRedis.observer().exists(TestRedis.key(queue, "marker")) == 0);

      slow.holdWaits();
      CompletableFuture<Void> closing = CompletableFuture.runAsync(engine::close);
      await().atMost(EngineFixture.SOON).until(() -> slow.held() > 0);
      await()
          .during(Duration.ofMillis(300))
          .atMost(EngineFixture.SOON)
          .until(() -> slow.held() > 0);
      slow.release();

      assertThat(closing).succeedsWithin(Duration.ofSeconds(10));
      assertThat(TestRedis.observer().zscore(TestRedis.key(queue, "marker"), "1")).isNotNull();
    }
  }

  @Test
  void shouldGoOnElsewhereWhenASuspendedReplicaMadeRoomUnderAGlobalConcurrency() {
    TestRedis.observer().hset(TestRedis.key(queue, "meta"), "concurrency", "1");
    try (EngineFixture first = new EngineFixture();
        EngineFixture second = new EngineFixture()) {
      AtomicReference<JobRun> running = new AtomicReference<>();
      QueueConsumer consumer = first.engine.consume(ConsumerOptions.of(queue), running::set);
      List<AddedJob> added = first.addMany(queue, 2);
      await().atMost(EngineFixture.SOON).until(() -> running.get() != null);
      consumer.suspend();
      first.engine.health();
      second.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
      await().atMost(EngineFixture.SOON).until(() -> second.engine.health().alive());

      running.get().complete("null");

      await()
          .atMost(EngineFixture.SOON)
          .until(() -> second.heard.contains(added.get(1).id() + " COMPLETED"));
    }
  }

  @Test
  void shouldCloseAConsumerOfAnEngineThatIsClosedAlready() {
    EngineFixture mill = new EngineFixture();
    QueueConsumer consumer =
        mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
    mill.close();

    assertThat(consumer.close(Duration.ofSeconds(1))).succeedsWithin(Duration.ofSeconds(5));
    long from = System.nanoTime();
    assertThat(consumer.running()).isZero();
    assertThat(mill.engine.health().alive()).isFalse();
    assertThat(System.nanoTime() - from).isLessThan(TimeUnit.SECONDS.toNanos(3));
  }

  @Test
  void shouldEndEveryCloseWhenTheEngineClosesMeanwhile() {
    EngineFixture mill = new EngineFixture();
    CountDownLatch started = new CountDownLatch(1);
    QueueConsumer consumer =
        mill.engine.consume(ConsumerOptions.of(queue), run -> started.countDown());
    mill.add(queue, "{}");
    await().atMost(EngineFixture.SOON).until(() -> started.getCount() == 0);

    CompletableFuture<Void> slow = consumer.close(Duration.ofSeconds(60));
    mill.close();

    assertThat(slow).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void shouldTakeADelayedJobInTimeAfterTheClockWasPutForward() {
    TestClock clock = new TestClock(Instant.now());
    EngineOptions options = EngineFixture.options();
    try (TestRedis.Link link = TestRedis.link(options.instance())) {
      Queue<String> ended = new ConcurrentLinkedQueue<>();
      QueueEngine engine =
          new QueueEngine(
              link,
              options,
              new EngineListener() {
                @Override
                public void ended(Job job, Outcome outcome, Duration ran) {
                  ended.add(job.id());
                }
              },
              clock);
      try {
        engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
        String id =
            engine
                .queue(queue)
                .add(
                    new NewJob(
                        "test", "{}", JobOptions.builder().delay(Duration.ofHours(1)).build()))
                .join()
                .id();
        await()
            .atMost(EngineFixture.SOON)
            .until(() -> TestRedis.observer().exists(TestRedis.key(queue, "marker")) == 0);
        engine.health();

        clock.advance(Duration.ofHours(2));

        await().atMost(Duration.ofSeconds(20)).until(() -> ended.contains(id));
      } finally {
        engine.close();
      }
    }
  }

  @Test
  void shouldTellOtherReplicasOfADelayedJobThatIsDueWhileItIsFull() {
    try (EngineFixture mill = new EngineFixture()) {
      CountDownLatch started = new CountDownLatch(1);
      mill.engine.consume(ConsumerOptions.of(queue), run -> started.countDown());
      await().atMost(EngineFixture.SOON).until(() -> mill.engine.health().alive());
      mill.add(queue, "{}", JobOptions.builder().delay(Duration.ofMillis(1500)).build());
      await()
          .atMost(EngineFixture.SOON)
          .until(() -> TestRedis.observer().exists(TestRedis.key(queue, "marker")) == 0);
      mill.add(queue, "{}");
      await().atMost(EngineFixture.SOON).until(() -> started.getCount() == 0);

      await()
          .atMost(EngineFixture.SOON)
          .until(() -> TestRedis.observer().zscore(TestRedis.key(queue, "marker"), "1") != null);
    }
  }

  @Test
  void shouldHandJobsBackInTheOrderInWhichTheyWereTaken() {
    try (EngineFixture mill = new EngineFixture()) {
      List<String> ids = mill.addMany(queue, 6).stream().map(AddedJob::id).toList();
      CountDownLatch started = new CountDownLatch(4);
      QueueConsumer consumer =
          mill.engine.consume(
              ConsumerOptions.of(queue).withConcurrency(4), run -> started.countDown());
      await().atMost(EngineFixture.SOON).until(() -> started.getCount() == 0);

      consumer.close(Duration.ZERO).join();

      List<String> line =
          new ArrayList<>(TestRedis.observer().lrange(TestRedis.key(queue, "wait"), 0, -1));
      java.util.Collections.reverse(line);
      assertThat(line).isEqualTo(ids);
    }
  }

  @Test
  void shouldLookForTheJobWhoseLockItLost() {
    EngineOptions options = EngineFixture.options().withStalledInterval(Duration.ofMillis(300));
    try (EngineFixture mill = new EngineFixture(options)) {
      AtomicReference<JobRun> first = new AtomicReference<>();
      mill.engine.consume(
          ConsumerOptions.of(queue).withLockDuration(Duration.ofSeconds(1)),
          run -> {
            if (!first.compareAndSet(null, run)) {
              run.complete("\"second\"");
            }
          });
      String id = mill.add(queue, "{}").id();
      await().atMost(EngineFixture.SOON).until(() -> first.get() != null);
      await()
          .during(Duration.ofSeconds(1))
          .atMost(EngineFixture.SOON)
          .until(() -> first.get() != null);

      TestRedis.observer().del(TestRedis.key(queue, id + ":lock"));

      await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));
      assertThat(mill.job(queue, id).returnValue()).isEqualTo("\"second\"");
    }
  }

  @Test
  void shouldGoOnWhenRedisForgotItsScripts() {
    try (EngineFixture mill = new EngineFixture()) {
      mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
      String before = mill.add(queue, "{}").id();
      await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(before + " COMPLETED"));

      TestRedis.observer().scriptFlush();

      String after = mill.add(queue, "{}").id();
      await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(after + " COMPLETED"));
    }
  }

  @Test
  void shouldLoseNothingWhileRedisIsOutOfMemory() {
    try (EngineFixture mill = new EngineFixture()) {
      AtomicReference<JobRun> running = new AtomicReference<>();
      mill.engine.consume(ConsumerOptions.of(queue), running::set);
      List<String> ids = mill.addMany(queue, 3).stream().map(AddedJob::id).toList();
      await().atMost(EngineFixture.SOON).until(() -> running.get() != null);
      try {
        TestRedis.observer().configSet("maxmemory", "1");
        assertThat(mill.engine.queue(queue).add(new NewJob("n", "{}", JobOptions.DEFAULT)))
            .failsWithin(Duration.ofSeconds(5));
        running.getAndSet(null).complete("null");
        await()
            .during(Duration.ofMillis(700))
            .atMost(EngineFixture.SOON)
            .until(() -> TestRedis.observer().ping() != null);
      } finally {
        TestRedis.observer().configSet("maxmemory", "0");
      }

      for (String id : ids) {
        await()
            .atMost(EngineFixture.SOON)
            .until(
                () -> {
                  JobRun run = running.getAndSet(null);
                  if (run != null) {
                    run.complete("null");
                  }
                  return mill.heard.contains(id + " COMPLETED");
                });
      }
      assertThat(mill.counts(queue)).containsEntry("completed", 3L).containsEntry("active", 0L);
    }
  }

  @Test
  void shouldTakeAndKeepMoreJobsThanAScriptMayUnpackAtOnce() {
    int many = 9000;
    try (EngineFixture mill = new EngineFixture()) {
      Queue<JobRun> running = new ConcurrentLinkedQueue<>();
      mill.addMany(queue, many);
      mill.engine.consume(
          ConsumerOptions.of(queue).withConcurrency(10_000).withLockDuration(Duration.ofSeconds(5)),
          running::add);
      await().atMost(Duration.ofSeconds(30)).until(() -> running.size() == many);
      // Longer than a lock that nobody renews.
      await()
          .during(Duration.ofMillis(5500))
          .atMost(Duration.ofSeconds(30))
          .until(() -> running.size() == many);

      running.forEach(run -> run.complete("null"));

      await().atMost(Duration.ofSeconds(30)).until(() -> mill.heard.size() == many);
      assertThat(mill.heard).allMatch(line -> line.endsWith(" COMPLETED"));
    }
  }
}
