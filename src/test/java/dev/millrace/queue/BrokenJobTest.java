package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One job that is broken harms no other. */
class BrokenJobTest {

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

  private String key(String id) {
    return TestRedis.key(queue, id);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "opts       | {oops          | opts",
        "opts       | {\"removeOnComplete\":{\"count\":-7}} | count",
        "atm        | many           | atm",
        "stacktrace | [oops          | stacktrace",
        "timestamp  | yesterday      | timestamp",
      })
  void shouldFailAJobThatCannotBeReadAndRunTheOthersOfItsTurn(
      String field, String value, String named) {
    List<String> ids = mill.addMany(queue, 3).stream().map(AddedJob::id).toList();
    TestRedis.observer().hset(key(ids.get(0)), field, value);

    mill.engine.consume(
        ConsumerOptions.of(queue).withConcurrency(3), run -> run.complete("\"ran\""));

    await()
        .atMost(EngineFixture.SOON)
        .until(
            () ->
                mill.heard.contains(ids.get(1) + " COMPLETED")
                    && mill.heard.contains(ids.get(2) + " COMPLETED")
                    && mill.heard.contains(ids.get(0) + " FAILED"));
    assertThat(TestRedis.observer().hget(key(ids.get(0)), "failedReason")).contains(named);
    assertThat(mill.counts(queue)).containsEntry("active", 0L).containsEntry("failed", 1L);
  }

  @Test
  void shouldRunAJobWhoseCountOfStartsIsNoNumber() {
    List<String> ids = mill.addMany(queue, 2).stream().map(AddedJob::id).toList();
    TestRedis.observer().hset(key(ids.get(0)), "ats", "many");

    mill.engine.consume(ConsumerOptions.of(queue).withConcurrency(2), run -> run.complete("null"));

    await().atMost(EngineFixture.SOON).until(() -> mill.counts(queue).get("completed") == 2);
    assertThat(mill.job(queue, ids.get(0)).attemptsStarted()).isEqualTo(1);
  }

  @Test
  void shouldRetryAJobWithABackoffOfItsProducersOwnAfterTheDelayItNames() {
    String id = mill.add(queue, "{}").id();
    TestRedis.observer()
        .hset(
            key(id),
            "opts",
            "{\"attempts\":2,\"backoff\":{\"type\":\"lunar\",\"delay\":30,\"jitter\":7}}");

    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          throw new IllegalStateException("no luck");
        });

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " FAILED"));
    assertThat(mill.heard).containsExactly(id + " RETRIED", id + " FAILED");
  }

  @Test
  void shouldEndAJobWhoseOptionsBrokeWhileItRan() {
    CountDownLatch proceed = new CountDownLatch(1);
    mill.engine.consume(
        ConsumerOptions.of(queue).withConcurrency(2),
        run -> {
          proceed.await();
          run.complete("null");
        });
    List<String> ids = mill.addMany(queue, 2).stream().map(AddedJob::id).toList();
    await().atMost(EngineFixture.SOON).until(() -> mill.counts(queue).get("active") == 2);
    TestRedis.observer().hset(key(ids.get(0)), "opts", "{oops");

    proceed.countDown();

    await()
        .atMost(EngineFixture.SOON)
        .until(() -> mill.counts(queue).get("completed") == 2 && mill.heard.size() == 2);
    assertThat(mill.heard)
        .containsExactlyInAnyOrder(ids.get(0) + " COMPLETED", ids.get(1) + " COMPLETED");
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, Long.MAX_VALUE})
  void shouldGoOnAfterAJobWasPutOffUntilAnAbsurdTime(long when) {
    AtomicInteger runs = new AtomicInteger();
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          if (runs.incrementAndGet() == 1) {
            run.waitUntil(
                when == Long.MIN_VALUE
                    ? Instant.MIN
                    : when == Long.MAX_VALUE ? Instant.MAX : Instant.ofEpochMilli(when));
          } else {
            run.complete("null");
          }
        });
    String first = mill.add(queue, "{}").id();
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(first + " DELAYED"));

    String second = mill.add(queue, "{}").id();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(second + " COMPLETED"));
    assertThat(mill.heard.contains(first + " COMPLETED")).isEqualTo(when < 0);
  }

  @Test
  void shouldFailAJobThatThrowsWhatCannotEvenTellItsMessage() {
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          throw new Mute();
        });
    String id = mill.add(queue, "{}").id();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " FAILED"));
    assertThat(mill.job(queue, id).failedReason()).contains("Mute");
  }

  private static final class Mute extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new IllegalStateException("I cannot tell");
    }
  }

  @Test
  void shouldFailAJobThatOverflowsItsStack() {
    mill.engine.consume(ConsumerOptions.of(queue), this::overflow);
    String id = mill.add(queue, "{}").id();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " FAILED"));
    assertThat(mill.job(queue, id).failedReason()).isEqualTo("StackOverflowError");
  }

  private void overflow(JobRun run) {
    overflow(run);
  }

  @Test
  void shouldForgetAJobWhoseHashWasDeletedWhileItRan() {
    AtomicReference<JobRun> running = new AtomicReference<>();
    mill.engine.consume(ConsumerOptions.of(queue), running::set);
    String id = mill.add(queue, "{}").id();
    await().atMost(EngineFixture.SOON).until(() -> running.get() != null);
    TestRedis.observer().del(key(id));

    running.get().complete("null");

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " LOST"));
    assertThat(mill.counts(queue)).containsEntry("active", 0L);
    assertThat(TestRedis.observer().exists(key(id))).isZero();
  }

  @Test
  void shouldNotRunAStalledJobWhoseHashIsGone() {
    TestRedis.observer().lpush(TestRedis.key(queue, "active"), "ghost");
    TestRedis.observer().sadd(TestRedis.key(queue, "stalled"), "ghost");
    AtomicInteger runs = new AtomicInteger();

    mill.engine.consume(ConsumerOptions.of(queue), run -> runs.incrementAndGet());

    await().atMost(EngineFixture.SOON).until(() -> mill.counts(queue).get("active") == 0);
    String after = mill.add(queue, "{}").id();
    await().atMost(EngineFixture.SOON).until(() -> runs.get() == 1);
    assertThat(TestRedis.observer().exists(key("ghost"))).isZero();
    assertThat(TestRedis.observer().lrange(TestRedis.key(queue, "active"), 0, -1))
        .containsExactly(after);
  }

  @Test
  void shouldNotTakeTheNameOfAKeyOfTheQueueForAJobId() {
    for (String reserved : List.of("wait", "active", "meta", "id", "completed", "events")) {
      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(
                  () -> JobOptions.builder().jobId(reserved)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("jobId \"" + reserved + "\"");
    }
  }

  @Test
  void shouldTakeJobsBehindTheMarkersThatBullMq4LeftInTheList() {
    mill.addMany(queue, 5);
    for (int i = 0; i < 3; i++) {
      TestRedis.observer().rpush(TestRedis.key(queue, "wait"), "0:0");
    }
    // Nobody tells the consumer of them but its own first look.
    TestRedis.observer().del(TestRedis.key(queue, "marker"));

    mill.engine.consume(ConsumerOptions.of(queue).withConcurrency(3), run -> run.complete("null"));

    await().atMost(EngineFixture.SOON).until(() -> mill.counts(queue).get("completed") == 5);
    assertThat(mill.counts(queue)).containsEntry("waiting", 0L);
  }

  @Test
  void shouldPutALifoJobThatIsRetriedAtOnceAtTheFrontAsBullMqDoes() {
    CountDownLatch proceed = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          if (runs.incrementAndGet() == 1) {
            proceed.await();
            throw new IllegalStateException("again");
          }
          run.complete("null");
        });
    String lifo = mill.add(queue, "{}", JobOptions.builder().attempts(2).lifo(true).build()).id();
    await().atMost(EngineFixture.SOON).until(() -> runs.get() == 1);
    String other = mill.add(queue, "{}").id();

    proceed.countDown();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.size() == 3);
    assertThat(mill.heard)
        .containsExactly(lifo + " RETRIED", lifo + " COMPLETED", other + " COMPLETED");
  }
}
