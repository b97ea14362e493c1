package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Things that seldom happen in this order, and code of others that breaks. */
class RareOrdersTest {

  private final EngineOptions options =
      EngineFixture.options().withStalledInterval(Duration.ofSeconds(1));
  private final TestRedis.Link link = TestRedis.link(options.instance());
  private final SlowReplies slow = new SlowReplies(link);
  private final EngineFixture mill = new EngineFixture(options, link, slow);
  private final String queue = EngineFixture.queueName();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @AfterEach
  void close() {
    slow.release();
    mill.close();
  }

  @Test
  void shouldNotRunJobWhoseReplyWasLongerOnItsWayThanItsLockLasts() {
    Queue<Integer> begun = new ConcurrentLinkedQueue<>();
    String id;
    try (EngineFixture producer = new EngineFixture()) {
      id = producer.add(queue, "{}").id();
    }
    slow.hold();
    mill.engine.consume(
        ConsumerOptions.of(queue).withLockDuration(Duration.ofSeconds(1)),
        run -> {
          begun.add(run.job().attemptsStarted());
          run.complete("null");
        });
    String lock = TestRedis.key(queue, id + ":lock");
    await().atMost(EngineFixture.SOON).until(() -> slow.held() > 0);
    await().atMost(EngineFixture.SOON).until(() -> TestRedis.observer().exists(lock) == 0);

    slow.release();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " LOST"));
    await().atMost(Duration.ofMinutes(2)).until(() -> mill.heard.contains(id + " COMPLETED"));
    assertThat(begun).containsExactly(2);
  }

  @Test
  void shouldGiveNoFurtherAttemptWhenTheBackoffStrategyThrows() {
    JobOptions.Builder tides =
        JobOptions.builder().attempts(5).backoff(Backoff.of("tides", Duration.ofSeconds(1), 0));
    mill.engine.consume(
        ConsumerOptions.builder(queue)
            .backoff(
                (attemptsMade, type, cause, job) -> {
                  throw new IllegalStateException("no moon");
                })
            .build(),
        run -> run.fail(new IllegalStateException("ebb"), true));

    for (String id : List.of("a", "b")) {
      mill.add(queue, "{}", tides.jobId(id).build());
      await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " FAILED"));
      assertThat(mill.job(queue, id).failedReason()).isEqualTo("ebb");
    }
  }

  @Test
  void shouldGoOnWhenItsListenerThrows() {
    EngineOptions others = EngineFixture.options();
    AtomicInteger told = new AtomicInteger();
    EngineListener broken =
        new EngineListener() {
          @Override
          public void started(Job job, Duration waited) {
            throw new IllegalStateException("deaf");
          }

          @Override
          public void ended(Job job, Outcome outcome, Duration ran) {
            told.incrementAndGet();
            throw new IllegalStateException("deaf");
          }
        };
    try (TestRedis.Link theirs = TestRedis.link(others.instance());
        QueueEngine engine = new QueueEngine(theirs, others, broken, Clock.systemUTC())) {
      mill.addMany(queue, 20);

      engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));

      await().atMost(EngineFixture.SOON).until(() -> mill.counts(queue).get("completed") == 20);
      await().atMost(EngineFixture.SOON).until(() -> told.get() == 20);
    }
  }

  @Test
  void shouldCancelRunThatIsJustAskingWhetherToWaitForChildren() {
    AtomicReference<JobRun> asking = new AtomicReference<>();
    CountDownLatch answered = new CountDownLatch(1);
    mill.engine.consume(ConsumerOptions.of(queue), asking::set);
    String id = mill.add(queue, "{}").id();
    await().atMost(EngineFixture.SOON).until(() -> asking.get() != null);
    slow.hold();
    asking.get().moveToWaitingChildren().thenRun(answered::countDown);
    await().atMost(EngineFixture.SOON).until(() -> slow.held() > 0);

    assertThat(mill.engine.cancel(queue, id, "not today").join()).isTrue();
    slow.release();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " FAILED"));
    await().atMost(EngineFixture.SOON).until(() -> answered.getCount() == 0);
    assertThat(mill.job(queue, id).failedReason()).isEqualTo("not today");
  }

  @Test
  void shouldObeyGlobalConcurrencyThatIsSetWhileItWorks() {
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    mill.engine.consume(
        ConsumerOptions.of(queue).withConcurrency(4),
        run -> {
          most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
          await().pollDelay(Duration.ofMillis(20)).until(() -> true);
          atOnce.decrementAndGet();
          run.complete("null");
        });
    mill.addMany(queue, 8);
    await().atMost(EngineFixture.SOON).until(() -> most.get() == 4);

    mill.engine.admin(queue).limits().setConcurrency(1).join();

    // What was read of the settings before holds for at most five seconds.
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              most.set(0);
              long done = mill.counts(queue).get("completed");
              mill.addMany(queue, 8);
              await().until(() -> mill.counts(queue).get("completed") == done + 8);
              return most.get() == 1;
            });
  }

  @Test
  void shouldLeaveTheLockOfAnotherOwnerAlone() {
    AtomicReference<JobRun> running = new AtomicReference<>();
    AtomicReference<Long> begun = new AtomicReference<>();
    mill.engine.consume(
        ConsumerOptions.of(queue).withLockDuration(Duration.ofSeconds(1)),
        run -> {
          begun.set(System.nanoTime());
          running.set(run);
        });
    String id = mill.add(queue, "{}").id();
    String lock = TestRedis.key(queue, id + ":lock");
    await()
        .atMost(EngineFixture.SOON)
        .until(
            () ->
                running.get() != null
                    && System.nanoTime() - begun.get() > Duration.ofMillis(600).toNanos());

    TestRedis.observer().set(lock, "somebody else");
    running.get().complete("null");

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " LOST"));
    assertThat(TestRedis.observer().get(lock)).isEqualTo("somebody else");
    assertThat(TestRedis.observer().pttl(lock)).isEqualTo(-1);
    assertThat(mill.counts(queue)).containsEntry("active", 1L);
  }
}
