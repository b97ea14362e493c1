package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A reply that no script of ours gives is told as it is, and no job is lost over it. */
class StrangeRepliesTest {

  private static final Duration LOCK = Duration.ofSeconds(1);

  private final EngineOptions options =
      EngineFixture.options().withStalledInterval(Duration.ofMillis(500));
  private final TestRedis.Link real = TestRedis.link(options.instance());
  private final StrangeReplies link = new StrangeReplies(real);
  private final EngineFixture mill = new EngineFixture(options, real, link);
  private final String queue = EngineFixture.queueName();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @AfterEach
  void close() {
    mill.close();
  }

  static List<Object> nonsense() {
    List<Object> replies = new ArrayList<>();
    replies.add(null);
    replies.add("OK".getBytes());
    replies.add(7L);
    replies.add(List.of());
    replies.add(List.of("x".getBytes(), List.of(), List.of()));
    replies.add(List.of(3L));
    replies.add(List.of(3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L));
    replies.add(Arrays.asList(3L, null, null, null, null, null, null));
    replies.add(List.of(3L, List.of(), List.of("x".getBytes()), -1L, 0L, 0L, 0L));
    replies.add(List.of(3L, List.of("1".getBytes()), List.of(), -1L, 0L, 0L, 0L));
    return replies;
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void shouldTellAReplyToAnAddThatIsNone(Object reply) {
    link.answer(Script.ADD, reply, 1);

    assertThatThrownBy(() -> mill.add(queue, "{}"))
        .hasMessageContaining("script ADD answered what no Redis answers")
        .hasMessageContaining("see what stands between Millrace and Redis");
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void shouldRunEveryJobAlthoughTurnsWereAnsweredWithNonsense(Object reply) {
    CountDownLatch proceed = new CountDownLatch(1);
    mill.engine.consume(
        ConsumerOptions.of(queue).withConcurrency(2).withLockDuration(LOCK),
        run -> {
          proceed.await();
          run.complete("null");
        });
    mill.addMany(queue, 3);
    await().atMost(EngineFixture.SOON).until(() -> mill.counts(queue).get("active") == 2);

    link.answer(Script.TURN, reply, 1);
    proceed.countDown();

    await().atMost(Duration.ofSeconds(20)).until(() -> mill.counts(queue).get("completed") == 3);
    assertThat(mill.counts(queue)).containsEntry("active", 0L).containsEntry("waiting", 0L);
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void shouldGoOnLookingAfterStalledJobsAfterNonsense(Object reply) {
    TestRedis.observer().lpush(TestRedis.key(queue, "active"), "lost");
    TestRedis.observer()
        .hset(TestRedis.key(queue, "lost"), java.util.Map.of("name", "x", "timestamp", "1"));
    link.answer(Script.STALLED, reply, 1);

    mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains("lost COMPLETED"));
  }

  @Test
  void shouldKeepRunningAfterNonsenseAboutItsLocks() {
    CountDownLatch proceed = new CountDownLatch(1);
    mill.engine.consume(
        ConsumerOptions.of(queue).withLockDuration(LOCK),
        run -> {
          proceed.await();
          run.complete("null");
        });
    String id = mill.add(queue, "{}").id();
    await().atMost(EngineFixture.SOON).until(() -> mill.counts(queue).get("active") == 1);
    link.answer(Script.LOCKS, List.of("what".getBytes()), 1);
    await()
        .during(LOCK.multipliedBy(2))
        .atMost(EngineFixture.SOON)
        .until(() -> mill.counts(queue).get("active") == 1);

    proceed.countDown();

    await()
        .atMost(EngineFixture.SOON)
        .until(
            () ->
                mill.counts(queue).get("completed") == 1 && mill.heard.contains(id + " COMPLETED"));
  }
}
