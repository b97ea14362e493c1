package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a consumer can be told, and what a run can do besides completing and failing. */
class ProcessingTest {

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
  void shouldGiveUpToABatchOfJobsToOneHandlerAndAcknowledgeEachOnItsOwn() {
    List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
    List<String> ids = mill.addMany(queue, 7).stream().map(AddedJob::id).toList();

    mill.engine.consumeBatches(
        ConsumerOptions.builder(queue).batchSize(5).build(),
        runs -> {
          sizes.add(runs.size());
          for (JobRun run : runs) {
            if (run.job().id().equals(ids.get(1))) {
              run.fail(new IllegalStateException("this one"), false);
            } else {
              run.complete("null");
            }
          }
        });

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.size() == 7);
    assertThat(sizes.get(0)).isEqualTo(5);
    assertThat(mill.counts(queue)).containsEntry("completed", 6L).containsEntry("failed", 1L);
    assertThat(mill.job(queue, ids.get(1)).failedReason()).isEqualTo("this one");
  }

  @Test
  void shouldFailWhatABatchHandlerThatThrowsHasNotEnded() {
    mill.addMany(queue, 3);

    mill.engine.consumeBatches(
        ConsumerOptions.builder(queue).batchSize(3).build(),
        runs -> {
          runs.get(0).complete("null");
          throw new IllegalStateException("half-way");
        });

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.size() == 3);
    assertThat(mill.counts(queue)).containsEntry("completed", 1L).containsEntry("failed", 2L);
  }

  @Test
  void shouldFailARunThatTakesLongerThanItsTimeoutAndInterruptIt() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    mill.engine.consume(
        ConsumerOptions.builder(queue).timeout(Duration.ofMillis(200)).build(),
        run -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
        });

    String id = mill.add(queue, "{}").id();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " FAILED"));
    interrupted.await();
    assertThat(mill.job(queue, id).failedReason())
        .isEqualTo("The run took longer than its timeout of PT0.2S");
  }

  @Test
  void shouldHonourTheTimeoutThatBullWritesIntoAJob() {
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          if (run.job().attemptsMade() == 0) {
            new CountDownLatch(1).await();
          }
          run.complete("null");
        });

    String id =
        mill.add(
                queue,
                "{}",
                JobOptions.builder().timeout(Duration.ofMillis(150)).attempts(2).build())
            .id();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));
    assertThat(mill.heard).contains(id + " RETRIED");
  }

  @Test
  void shouldCancelARunByItsJobId() {
    CountDownLatch never = new CountDownLatch(1);
    QueueConsumer consumer =
        mill.engine.consume(
            ConsumerOptions.of(queue),
            run -> {
              never.await();
              run.complete("null");
            });
    String id = mill.add(queue, "{}").id();
    await().atMost(EngineFixture.SOON).until(() -> consumer.running() == 1);

    assertThat(mill.engine.cancel(queue, "another", "no such job").join()).isFalse();
    assertThat(mill.engine.cancel(queue, id, "the user left").join()).isTrue();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " FAILED"));
    assertThat(mill.job(queue, id).failedReason()).isEqualTo("the user left");
  }

  @Test
  void shouldCompleteASkippedJobWithItsReason() {
    mill.engine.consume(ConsumerOptions.of(queue), run -> run.skip("nothing is due"));

    String id = mill.add(queue, "{}").id();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " SKIPPED"));
    assertThat(mill.job(queue, id).returnValue()).isEqualTo("{\"skipped\":\"nothing is due\"}");
    assertThat(mill.counts(queue)).containsEntry("completed", 1L);
  }

  @Test
  void shouldBeginNoMoreJobsThanItsRateLimitAllows() {
    mill.addMany(queue, 5);

    mill.engine.consume(
        ConsumerOptions.builder(queue)
            .concurrency(5)
            .limiter(new RateLimit(2, Duration.ofSeconds(2)))
            .build(),
        run -> run.complete("null"));

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.size() == 2);
    assertThat(mill.counts(queue)).containsEntry("waiting", 3L);
    assertThat(TestRedis.observer().get(TestRedis.key(queue, "limiter"))).isEqualTo("2");
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.size() == 5);
  }

  @Test
  void shouldPutAJobBackToTheFrontAndPauseTheQueueWhenARunAsksForIt() {
    List<String> ids = mill.addMany(queue, 2).stream().map(AddedJob::id).toList();
    List<String> begun = Collections.synchronizedList(new ArrayList<>());

    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          begun.add(run.job().id());
          if (begun.size() == 1) {
            run.rateLimit(Duration.ofMillis(1500));
          } else {
            run.complete("null");
          }
        });

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(ids.get(0) + " LIMITED"));
    assertThat(TestRedis.observer().get(TestRedis.key(queue, "limiter")))
        .isEqualTo("9007199254740991");
    assertThat(begun).hasSize(1);
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(ids.get(1) + " COMPLETED"));
    assertThat(begun).containsExactly(ids.get(0), ids.get(0), ids.get(1));
    assertThat(mill.job(queue, ids.get(0)).attemptsMade()).isEqualTo(1);
  }

  @Test
  void shouldAskTheFleetsOwnBackoffStrategyForATypeThatBullMQDoesNotBring() {
    mill.engine.consume(
        ConsumerOptions.builder(queue)
            .backoff(
                (attemptsMade, type, cause, job) ->
                    attemptsMade < 2 && type.equals("tides") ? Duration.ofMillis(50) : null)
            .build(),
        run -> run.fail(new IllegalStateException("ebb"), true));

    String id =
        mill.add(
                queue,
                "{}",
                JobOptions.builder()
                    .attempts(5)
                    .backoff(Backoff.of("tides", Duration.ofSeconds(1), 0))
                    .build())
            .id();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " FAILED"));
    assertThat(mill.job(queue, id).attemptsMade()).isEqualTo(2);
    assertThat(TestRedis.observer().hget(TestRedis.key(queue, id), "opts")).contains("tides");
  }

  @Test
  void shouldWaitNoLongerThanTheConsumerAllowsWhateverTheJobSays() {
    mill.engine.consume(
        ConsumerOptions.builder(queue).backoffMax(Duration.ofMillis(50)).build(),
        run -> run.fail(new IllegalStateException("down"), true));

    String id =
        mill.add(
                queue,
                "{}",
                JobOptions.builder()
                    .attempts(3)
                    .backoff(Backoff.of("exponential", Duration.ofHours(1), 0))
                    .build())
            .id();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " FAILED"));
    assertThat(mill.job(queue, id).attemptsMade()).isEqualTo(3);
  }

  @Test
  void shouldReckonBullsExponentialBackoffForItsJobs() {
    Backoff backoff = new Backoff(Backoff.Type.EXPONENTIAL, Duration.ofSeconds(10), 0);

    assertThat(backoff.after(1, false, null)).isEqualTo(Duration.ofSeconds(10));
    assertThat(backoff.after(3, false, null)).isEqualTo(Duration.ofSeconds(40));
    assertThat(backoff.after(1, true, null)).isEqualTo(Duration.ofSeconds(10));
    assertThat(backoff.after(3, true, null)).isEqualTo(Duration.ofSeconds(70));
  }

  @Test
  void shouldKeepDefaultRetentionWithinATwentiethMore() {
    mill.engine.consume(
        ConsumerOptions.builder(queue)
            .removeOnComplete(new Retention(40, null))
            .concurrency(10)
            .build(),
        run -> run.complete("null"));
    mill.addMany(queue, 200);

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.size() == 200);
    assertThat(mill.counts(queue).get("completed")).isBetween(40L, 42L);
    // meta, id, completed, events, perhaps a marker; and the jobs that stayed
    assertThat(TestRedis.observer().keys(TestRedis.key(queue, "*")).size()).isLessThanOrEqualTo(47);
  }

  @Test
  void shouldCountFinishedJobsForBullMQsMetrics() {
    mill.engine.consume(
        ConsumerOptions.builder(queue).metrics(60).build(),
        run -> {
          if (run.job().data().contains("1")) {
            throw new IllegalStateException("one of them");
          }
          run.complete("null");
        });
    mill.addMany(queue, 3);

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.size() == 3);
    assertThat(TestRedis.observer().hget(TestRedis.key(queue, "metrics:completed"), "count"))
        .isEqualTo("2");
    assertThat(TestRedis.observer().hget(TestRedis.key(queue, "metrics:failed"), "count"))
        .isEqualTo("1");
  }

  @Test
  void shouldRefuseOptionsThatMakeNoSense() {
    ConsumerOptions.Builder options = ConsumerOptions.builder(queue);
    assertThatThrownBy(() -> options.batchSize(0).build())
        .hasMessage("batchSize 0 is outside 1 to 10000");
    assertThatThrownBy(() -> options.batchSize(1).timeout(Duration.ZERO).build())
        .hasMessageContaining("timeout PT0S is less than 1 ms");
    assertThatThrownBy(() -> new RateLimit(0, Duration.ofSeconds(1)))
        .hasMessage("rateLimitMax 0 is less than 1 job");
    assertThatThrownBy(() -> new RateLimit(1, Duration.ZERO))
        .hasMessageContaining("rateLimitDuration PT0S is less than 1 ms");
  }
}
