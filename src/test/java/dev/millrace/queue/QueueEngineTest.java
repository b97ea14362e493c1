package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueueEngineTest {

  private final EngineFixture mill = new EngineFixture();
  private final String queue = EngineFixture.queueName();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @AfterEach
  void close() {
    mill.close();
  }

  @Test
  void shouldCompleteAJobWithItsReturnValue() {
    mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("{\"sum\":3}"));

    String id = mill.add(queue, "{\"a\":1,\"b\":2}").id();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));
    Job job = mill.job(queue, id);
    assertThat(job.returnValue()).isEqualTo("{\"sum\":3}");
    assertThat(job.attemptsMade()).isEqualTo(1);
    assertThat(job.attemptsStarted()).isEqualTo(1);
    assertThat(job.finishedOn()).isNotNull();
    assertThat(mill.counts(queue)).containsEntry("completed", 1L).containsEntry("active", 0L);
    assertThat(TestRedis.observer().exists(TestRedis.key(queue, id + ":lock"))).isZero();
  }

  @Test
  void shouldRunJobsInTheOrderTheyCame() {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    List<AddedJob> added = mill.addMany(queue, 20);

    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          seen.add(run.job().id());
          run.complete("null");
        });

    await().atMost(EngineFixture.SOON).until(() -> seen.size() == 20);
    assertThat(seen).containsExactlyElementsOf(added.stream().map(AddedJob::id).toList());
  }

  @Test
  void shouldNeverRunMoreThanItsConcurrency() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(60);
    mill.engine.consume(
        ConsumerOptions.of(queue).withConcurrency(4),
        run -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          CompletableFuture.runAsync(
              () -> {
                now.decrementAndGet();
                run.complete("null");
                done.countDown();
              },
              CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS));
        });
    mill.addMany(queue, 60);

    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(most.get()).isEqualTo(4);
  }

  @Test
  void shouldTakeADelayedJobWhenItIsDue() {
    Queue<Long> ranAt = new ConcurrentLinkedQueue<>();
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          ranAt.add(System.currentTimeMillis());
          run.complete("null");
        });
    long added = System.currentTimeMillis();
    mill.add(queue, "{}", JobOptions.builder().delay(Duration.ofMillis(700)).build());

    await().atMost(EngineFixture.SOON).until(() -> ranAt.size() == 1);
    assertThat(ranAt.peek() - added).isBetween(700L, 3000L);
  }

  @Test
  void shouldTakePrioritiesInOrderAfterWhatHasNone() {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    mill.add(queue, "\"low\"", JobOptions.builder().priority(9).build());
    mill.add(queue, "\"high\"", JobOptions.builder().priority(1).build());
    mill.add(queue, "\"none\"");
    mill.add(queue, "\"high too\"", JobOptions.builder().priority(1).build());

    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          seen.add(run.job().data());
          run.complete("null");
        });

    await().atMost(EngineFixture.SOON).until(() -> seen.size() == 4);
    assertThat(seen).containsExactly("\"none\"", "\"high\"", "\"high too\"", "\"low\"");
    await().atMost(EngineFixture.SOON).until(() -> mill.counts(queue).get("completed") == 4);
    assertThat(TestRedis.observer().exists(TestRedis.key(queue, "pc"))).isZero();
  }

  @Test
  void shouldRetryWithBackoffAndFailWhenAttemptsAreUsedUp() {
    AtomicInteger runs = new AtomicInteger();
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          runs.incrementAndGet();
          throw new IllegalStateException("no luck");
        });
    String id =
        mill.add(
                queue,
                "{}",
                JobOptions.builder()
                    .attempts(3)
                    .backoff(new Backoff(Backoff.Type.EXPONENTIAL, Duration.ofMillis(50), 0))
                    .build())
            .id();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " FAILED"));
    assertThat(runs.get()).isEqualTo(3);
    assertThat(mill.heard).containsExactly(id + " RETRIED", id + " RETRIED", id + " FAILED");
    Job job = mill.job(queue, id);
    assertThat(job.attemptsMade()).isEqualTo(3);
    assertThat(job.failedReason()).isEqualTo("no luck");
    assertThat(job.stackTraces())
        .hasSize(3)
        .allMatch(trace -> trace.contains("IllegalStateException"));
    assertThat(mill.counts(queue)).containsEntry("failed", 1L).containsEntry("delayed", 0L);
  }

  @Test
  void shouldPutAJobOffWithoutUsingAnAttempt() {
    AtomicInteger runs = new AtomicInteger();
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          if (runs.incrementAndGet() < 3) {
            run.waitUntil(Instant.now().plusMillis(80));
          } else {
            run.complete("null");
          }
        });
    String id = mill.add(queue, "{}").id();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));
    assertThat(mill.job(queue, id).attemptsMade()).isEqualTo(1);
    assertThat(mill.job(queue, id).attemptsStarted()).isEqualTo(3);
  }

  @Test
  void shouldHandBackWhatRunsWhenItStops() {
    CountDownLatch started = new CountDownLatch(1);
    QueueConsumer consumer =
        mill.engine.consume(ConsumerOptions.of(queue), run -> started.countDown());
    String id = mill.add(queue, "{}", JobOptions.builder().attempts(1).build()).id();
    mill.add(queue, "{}");
    await().atMost(EngineFixture.SOON).until(() -> started.getCount() == 0);

    consumer.close(Duration.ofMillis(50)).join();

    assertThat(mill.heard).contains(id + " RELEASED");
    assertThat(mill.job(queue, id).attemptsMade()).isZero();
    assertThat(mill.counts(queue)).containsEntry("waiting", 2L).containsEntry("active", 0L);
    assertThat(TestRedis.observer().lindex(TestRedis.key(queue, "wait"), -1)).isEqualTo(id);
    assertThat(TestRedis.observer().zscore(TestRedis.key(queue, "marker"), "0")).isZero();
  }

  @Test
  void shouldWorkThroughABurstLargerThanABatch() {
    AtomicInteger done = new AtomicInteger();
    mill.engine.consume(
        ConsumerOptions.of(queue).withConcurrency(50),
        run -> {
          done.incrementAndGet();
          run.complete("null");
        });
    mill.addMany(queue, 3000);

    await().atMost(Duration.ofSeconds(30)).until(() -> done.get() == 3000);
    await().atMost(EngineFixture.SOON).until(() -> mill.counts(queue).get("active") == 0);
    assertThat(mill.counts(queue)).containsEntry("waiting", 0L).containsEntry("completed", 1000L);
  }
}
