package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.QueueDump;
import dev.millrace.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A job whose producer and consumer share a process begins the moment it is added. */
class LocalClaimTest {

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

  /** The first job is fetched; from then on the consumer knows that its queue is empty. */
  private void awaitQuiet() {
    String warm = mill.add(queue, "{}").id();
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(warm + " COMPLETED"));
    String claimed;
    do {
      long fetched = fetches();
      String id = mill.add(queue, "{}").id();
      await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));
      claimed = fetches() == fetched ? id : null;
    } while (claimed == null);
  }

  private static long fetches() {
    return TestRedis.commandStats().getOrDefault("hgetall", 0L);
  }

  @Test
  void shouldLeaveWhatAFetchedJobLeaves() {
    String fetched = EngineFixture.queueName();
    try (EngineFixture producer = new EngineFixture()) {
      mill.engine.consume(ConsumerOptions.of(fetched), run -> run.complete("7"));
      mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("7"));
      awaitQuiet();
      TestRedis.observer().keys(TestRedis.key(queue, "*")).forEach(TestRedis.observer()::del);

      String theirs = producer.add(fetched, "{\"n\":1}").id();
      await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(theirs + " COMPLETED"));
      mill.heard.clear();
      String ours = mill.add(queue, "{\"n\":1}").id();
      await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(ours + " COMPLETED"));

      assertThat(QueueDump.without(queue, "marker"))
          .isEqualTo(QueueDump.without(fetched, "marker"));
    }
  }

  @Test
  void shouldHoldAnActiveJobUnderItsLockWhileItRuns() throws Exception {
    CountDownLatch proceed = new CountDownLatch(1);
    List<String> begun = Collections.synchronizedList(new ArrayList<>());
    mill.engine.consume(
        ConsumerOptions.of(queue).withConcurrency(2),
        run -> {
          begun.add(run.job().id());
          if (run.job().data().contains("hold")) {
            proceed.await();
          }
          run.complete("null");
        });
    awaitQuiet();
    long fetched = fetches();

    String id = mill.add(queue, "{\"hold\":1}").id();
    await().atMost(EngineFixture.SOON).until(() -> begun.contains(id));

    assertThat(fetches()).isEqualTo(fetched);
    assertThat(TestRedis.observer().lrange(TestRedis.key(queue, "active"), 0, -1))
        .containsExactly(id);
    assertThat(TestRedis.observer().pttl(TestRedis.key(queue, id + ":lock"))).isPositive();
    proceed.countDown();
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));
  }

  @Test
  void shouldNotBeginMoreThanItsFreeSlots() {
    CountDownLatch proceed = new CountDownLatch(1);
    QueueConsumer consumer =
        mill.engine.consume(
            ConsumerOptions.of(queue).withConcurrency(2),
            run -> {
              if (run.job().data().contains("n")) {
                proceed.await();
              }
              run.complete("null");
            });
    awaitQuiet();

    List<String> ids = mill.addMany(queue, 5).stream().map(AddedJob::id).toList();

    await().atMost(EngineFixture.SOON).until(() -> consumer.running() == 2);
    assertThat(TestRedis.observer().lrange(TestRedis.key(queue, "wait"), 0, -1))
        .containsExactlyInAnyOrderElementsOf(ids.subList(2, 5));
    proceed.countDown();
  }

  @Test
  void shouldNotOvertakeWhoWaits() {
    CountDownLatch proceed = new CountDownLatch(1);
    List<String> begun = Collections.synchronizedList(new ArrayList<>());
    QueueConsumer consumer =
        mill.engine.consume(
            ConsumerOptions.of(queue),
            run -> {
              begun.add(run.job().id());
              if (run.job().data().contains("n")) {
                proceed.await();
              }
              run.complete("null");
            });
    awaitQuiet();
    begun.clear();

    List<String> ids = mill.addMany(queue, 5).stream().map(AddedJob::id).toList();
    await().atMost(EngineFixture.SOON).until(() -> begun.size() == 1);
    assertThat(consumer.running()).isEqualTo(1);
    List<String> more = mill.addMany(queue, 2).stream().map(AddedJob::id).toList();
    proceed.countDown();

    await().atMost(EngineFixture.SOON).until(() -> begun.size() == 7);
    assertThat(begun.subList(0, 5)).containsExactlyElementsOf(ids);
    assertThat(begun.subList(5, 7)).containsExactlyElementsOf(more);
  }

  @Test
  void shouldLeaveJobsOfAPausedQueueAlone() {
    mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
    awaitQuiet();
    TestRedis.observer().hset(TestRedis.key(queue, "meta"), "paused", "1");

    String id = mill.add(queue, "{}").id();

    assertThat(TestRedis.observer().lrange(TestRedis.key(queue, "wait"), 0, -1))
        .containsExactly(id);
  }

  @Test
  void shouldReleaseTheSlotWhenTheJobWasADuplicate() {
    mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));
    awaitQuiet();
    JobOptions named = JobOptions.builder().jobId("mine").build();
    mill.add(queue, "{}", named);
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains("mine COMPLETED"));

    assertThat(mill.add(queue, "{}", named).status()).isEqualTo(AddedJob.Status.DUPLICATED);

    String next = mill.add(queue, "{}").id();
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(next + " COMPLETED"));
  }

  @Test
  void shouldHandAClaimedJobBackWhenItsConsumerStops() {
    QueueConsumer consumer =
        mill.engine.consume(
            ConsumerOptions.of(queue),
            run -> {
              if (run.job().data().contains("hold")) {
                new CountDownLatch(1).await();
              }
              run.complete("null");
            });
    awaitQuiet();
    String id = mill.add(queue, "{\"hold\":1}").id();
    await().atMost(EngineFixture.SOON).until(() -> consumer.running() == 1);

    consumer.close(Duration.ZERO).join();

    assertThat(TestRedis.observer().lrange(TestRedis.key(queue, "wait"), 0, -1))
        .containsExactly(id);
    assertThat(mill.job(queue, id).attemptsMade()).isZero();
  }
}
