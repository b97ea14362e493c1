package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddingTest {

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

  private JobOptions deduplicated(Deduplication deduplication) {
    return JobOptions.builder().deduplication(deduplication).build();
  }

  @Test
  void shouldNotAddACustomIdTwice() {
    JobOptions named = JobOptions.builder().jobId("sched:sweep:202611231200").build();

    AddedJob first = mill.add(queue, "{\"n\":1}", named);
    AddedJob second = mill.add(queue, "{\"n\":2}", named);

    assertThat(first.status()).isEqualTo(AddedJob.Status.ADDED);
    assertThat(second).isEqualTo(new AddedJob(first.id(), AddedJob.Status.DUPLICATED));
    assertThat(mill.counts(queue)).containsEntry("waiting", 1L);
    assertThat(mill.job(queue, first.id()).data()).isEqualTo("{\"n\":1}");
  }

  @Test
  void shouldHoldADeduplicationIdUntilItsJobEnds() {
    JobOptions once = deduplicated(Deduplication.untilDone("sync:42"));
    AddedJob owner = mill.add(queue, "{}", once);

    assertThat(mill.add(queue, "{}", once))
        .isEqualTo(new AddedJob(owner.id(), AddedJob.Status.DEDUPLICATED));
    mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(owner.id() + " COMPLETED"));

    assertThat(TestRedis.observer().exists(TestRedis.key(queue, "de:sync:42"))).isZero();
    assertThat(mill.add(queue, "{}", once).status()).isEqualTo(AddedJob.Status.ADDED);
  }

  @Test
  void shouldHoldAThrottledIdForItsTimeEvenWhenItsJobHasEnded() {
    JobOptions throttled = deduplicated(Deduplication.throttle("ping", Duration.ofSeconds(60)));
    mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
    AddedJob owner = mill.add(queue, "{}", throttled);
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(owner.id() + " COMPLETED"));

    assertThat(mill.add(queue, "{}", throttled).status()).isEqualTo(AddedJob.Status.DEDUPLICATED);
    assertThat(TestRedis.observer().pttl(TestRedis.key(queue, "de:ping"))).isBetween(1L, 60_000L);
  }

  @Test
  void shouldRunOnceMoreWithTheNewestDataWhenItWasAskedForWhileRunning() throws Exception {
    JobOptions rerun = deduplicated(Deduplication.keepLast("sync:7"));
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          seen.add(run.job().data());
          started.countDown();
          proceed.await();
          run.complete("null");
        });
    mill.add(queue, "{\"n\":1}", rerun);
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

    mill.add(queue, "{\"n\":2}", rerun);
    mill.add(queue, "{\"n\":3}", rerun);
    proceed.countDown();

    await().atMost(EngineFixture.SOON).until(() -> mill.counts(queue).get("completed") == 2);
    assertThat(seen).containsExactly("{\"n\":1}", "{\"n\":3}");
    assertThat(
            TestRedis.observer()
                .exists(TestRedis.key(queue, "de:sync:7"), TestRedis.key(queue, "dn:sync:7")))
        .isZero();
  }

  @Test
  void shouldFreeADeduplicationIdWhoseJobVanished() {
    JobOptions once = deduplicated(Deduplication.untilDone("gone"));
    TestRedis.observer().set(TestRedis.key(queue, "de:gone"), "77");

    assertThat(mill.add(queue, "{}", once).status()).isEqualTo(AddedJob.Status.ADDED);
  }

  @Test
  void shouldNotWakeAPausedQueueAndRunItsJobsAfterResume() {
    TestRedis.observer().hset(TestRedis.key(queue, "meta"), "paused", "1");
    mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
    String id = mill.add(queue, "{}").id();

    assertThat(TestRedis.observer().exists(TestRedis.key(queue, "marker"))).isZero();
    // As BullMQ's resume does it.
    TestRedis.observer().hdel(TestRedis.key(queue, "meta"), "paused");
    TestRedis.observer().zadd(TestRedis.key(queue, "marker"), 0, "0");

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));
  }

  @Test
  void shouldHonourAGlobalConcurrencySetByAnotherClient() {
    TestRedis.observer().hset(TestRedis.key(queue, "meta"), "concurrency", "2");
    Queue<JobRun> running = new ConcurrentLinkedQueue<>();
    mill.engine.consume(ConsumerOptions.of(queue).withConcurrency(10), running::add);
    mill.addMany(queue, 5);

    await().atMost(EngineFixture.SOON).until(() -> running.size() == 2);
    running.forEach(run -> run.complete("null"));

    await().atMost(EngineFixture.SOON).until(() -> running.size() == 4);
    assertThat(mill.counts(queue)).containsEntry("active", 2L);
    running.forEach(run -> run.complete("null"));
    await().atMost(EngineFixture.SOON).until(() -> running.size() == 5);
    running.forEach(run -> run.complete("null"));
  }

  @Test
  void shouldNotStartMoreThanAGlobalRateLimitAllows() {
    TestRedis.observer()
        .hset(TestRedis.key(queue, "meta"), java.util.Map.of("max", "3", "duration", "700"));
    Queue<Long> starts = new ConcurrentLinkedQueue<>();
    mill.engine.consume(
        ConsumerOptions.of(queue).withConcurrency(10),
        run -> {
          starts.add(System.currentTimeMillis());
          run.complete("null");
        });
    mill.addMany(queue, 7);

    await().atMost(EngineFixture.SOON).until(() -> starts.size() == 7);
    List<Long> sorted = starts.stream().sorted().toList();
    assertThat(sorted.get(3) - sorted.get(0)).isGreaterThanOrEqualTo(600);
    assertThat(sorted.get(6) - sorted.get(3)).isGreaterThanOrEqualTo(600);
  }

  @Test
  void shouldKeepOnlyAsManyFinishedJobsAsAsked() {
    mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
    for (int i = 0; i < 6; i++) {
      mill.add(queue, "{}", JobOptions.builder().removeOnComplete(new Retention(2, null)).build());
    }
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.size() == 6);

    assertThat(mill.counts(queue)).containsEntry("completed", 2L);
    assertThat(mill.engine.queue(queue).find("1").join()).isEmpty();
    assertThat(mill.engine.queue(queue).find("6").join()).isPresent();
  }

  @Test
  void shouldLeaveNothingOfAJobThatIsRemovedOnCompletion() {
    mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
    String id =
        mill.add(queue, "{}", JobOptions.builder().removeOnComplete(Retention.NONE).build()).id();
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));

    assertThat(TestRedis.observer().keys(TestRedis.key(queue, id + "*"))).isEmpty();
    assertThat(mill.counts(queue)).containsEntry("completed", 0L);
  }

  @Test
  void shouldFoldTheAttemptsThatBullCountedIntoItsOwn() {
    String id = mill.add(queue, "{}", JobOptions.builder().attempts(3).build()).id();
    TestRedis.observer().hset(TestRedis.key(queue, id), "attemptsMade", "1");
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          throw new IllegalStateException("again");
        });

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " FAILED"));
    assertThat(mill.job(queue, id).attemptsMade()).isEqualTo(3);
    assertThat(mill.job(queue, id).attemptsStarted()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"17", "a:b", "0:x", "a:b:c:d"})
  void shouldRefuseJobIdsThatBullMqRefuses(String id) {
    assertThatThrownBy(() -> JobOptions.builder().jobId(id))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("jobId \"" + id + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{oops", "{} {}", ""})
  void shouldRefuseDataThatIsNotJson(String data) {
    assertThatThrownBy(() -> new NewJob("greet", data, JobOptions.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("data of job \"greet\" is " + (data.isEmpty() ? "empty" : "not"));
  }
}
