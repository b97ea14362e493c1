package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Failed jobs can be looked at and run again, and not for ever. */
class DeadLettersTest {

  private final EngineFixture mill = new EngineFixture();
  private final String queue = EngineFixture.queueName();
  private final DeadLetters letters = mill.engine.admin(queue).deadLetters();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @AfterEach
  void close() {
    mill.close();
  }

  /** Adds and fails jobs, as Node does it. */
  private void failed(String... idsAndReasons) {
    NodeSession.run(
        """
        const q = queue6(args[0]);
        const worker = new v6.Worker(args[0], null, {connection: connection(), prefix});
        for (const text of args.slice(1)) {
          const [id, name, reason, opts] = text.split('|');
          await q.add(name, {}, {jobId: id, ...(opts ? JSON.parse(opts) : {})});
          await (await worker.getNextJob('t')).moveToFailed(new Error(reason), 't', false);
        }
        await worker.close();
        """,
        arguments(idsAndReasons));
  }

  private Object[] arguments(String... more) {
    Object[] args = new Object[more.length + 1];
    args[0] = queue;
    System.arraycopy(more, 0, args, 1, more.length);
    return args;
  }

  private String field(String id, String field) {
    return TestRedis.observer().hget(TestRedis.key(queue, id), field);
  }

  private static QueueRefusal refusal(CompletableFuture<?> operation) {
    Throwable thrown = catchThrowable(operation::join);
    assertThat(thrown).hasCauseInstanceOf(QueueRefusal.class);
    return (QueueRefusal) thrown.getCause();
  }

  @Test
  void shouldListFailedJobsTheNewestFirst() {
    failed("a|mail|no such user", "b|sms|timed out");
    // A time of its own, whatever the clock's steps.
    TestRedis.observer().zadd(TestRedis.key(queue, "failed"), 1500000000000d, "a");

    DeadLetterPage page = letters.list(0, -1).join();

    assertThat(page.total()).isEqualTo(2);
    assertThat(page.letters()).extracting(DeadLetter::id).containsExactly("b", "a");
    assertThat(page.letters().get(1))
        .isEqualTo(
            new DeadLetter(
                "a",
                "mail",
                "no such user",
                1,
                Instant.ofEpochMilli(1500000000000L),
                0,
                null,
                null));
    assertThat(letters.list(1, 1).join().letters()).extracting(DeadLetter::id).containsExactly("a");
    assertThat(letters.list(5, 9).join()).isEqualTo(new DeadLetterPage(List.of(), 2));
  }

  @Test
  void shouldReplayAJobFromItsFirstAttemptAndRecordWho() {
    failed("a|mail|no such user");
    long before = System.currentTimeMillis();

    letters.replay("a", 2, "ada").join();

    assertThat(mill.engine.admin(queue).job("a").state().join()).contains(JobState.WAITING);
    Map<String, String> hash = TestRedis.observer().hgetall(TestRedis.key(queue, "a"));
    assertThat(hash).doesNotContainKeys("atm", "ats", "failedReason", "finishedOn", "processedOn");
    assertThat(Json.read("replays", hash.get("replays")).path("last").asLong())
        .isGreaterThanOrEqualTo(before);

    failed("b|mail|still none");
    DeadLetter letter = letters.list(0, -1).join().letters().get(0);
    assertThat(letter.id()).isEqualTo("a");
    assertThat(letter.replays()).isEqualTo(1);
    assertThat(letter.replayedBy()).isEqualTo("ada");
    assertThat(letter.attempts()).isEqualTo(1);
  }

  @Test
  void shouldRefuseWhatWasReplayedTooOften() {
    failed("a|mail|no");
    letters.replay("a", 1, "ada").join();
    failed("b|mail|no");

    QueueRefusal refusal = refusal(letters.replay("a", 1, "ada"));

    assertThat(refusal.reason()).isEqualTo(QueueRefusal.Reason.REPLAYED_TOO_OFTEN);
    assertThat(refusal).hasMessageContaining(queue).hasMessageContaining("job a");
    assertThat(mill.engine.admin(queue).job("a").state().join()).contains(JobState.FAILED);
    // b waits yet: the worker of failed() took a in its stead.
    assertThat(letters.replay(ReplayFilter.ALL, 0, 1, "ada").join())
        .isEqualTo(new ReplayResult(List.of(), List.of("a")));
  }

  @Test
  void shouldSayWhyAJobCannotBeReplayed() {
    mill.add(queue, "{}", JobOptions.builder().jobId("w").build());

    assertThat(refusal(letters.replay("gone", 1, "ada")).reason())
        .isEqualTo(QueueRefusal.Reason.MISSING_JOB);
    assertThat(refusal(letters.replay("w", 1, "ada")))
        .hasMessageContaining("is waiting, not failed");
  }

  @Test
  void shouldReplayOnlyWhatTheFilterSays() {
    failed("a|mail|timed out after 5 s", "b|sms|timed out after 9 s", "c|mail|no such user");

    assertThat(
            letters
                .replay(ReplayFilter.ALL.withName("mail").withReason("timed out"), 0, 1, "ada")
                .join()
                .replayed())
        .containsExactly("a");
    assertThat(
            letters
                .replay(ReplayFilter.ALL.withFailedBefore(Instant.EPOCH), 0, 1, "ada")
                .join()
                .replayed())
        .isEmpty();
    assertThat(
            letters
                .replay(ReplayFilter.ALL.withFailedAfter(Instant.EPOCH), 1, 1, "ada")
                .join()
                .replayed())
        .containsExactly("b");
    assertThat(letters.list(0, -1).join().letters())
        .extracting(DeadLetter::id)
        .containsExactly("c");
  }

  @Test
  void shouldReplayManyAndPassOverThoseThatStay() {
    NodeSession.run(
        """
        const q = queue6(args[0]);
        await q.addBulk([...Array(1200).keys()].map((n) => ({name: n % 3 ? 'mail' : 'sms', data: {}, opts: {jobId: 'j' + n}})));
        const ids = await redis().lrange(q.toKey('wait'), 0, -1);
        await redis().del(q.toKey('wait'));
        await redis().zadd(q.toKey('failed'), ...ids.reverse().flatMap((id, i) => [i + 1, id]));
        """,
        queue);

    ReplayResult some = letters.replay(ReplayFilter.ALL.withName("mail"), 700, 1, "ada").join();
    ReplayResult rest = letters.replay(ReplayFilter.ALL.withName("mail"), 0, 1, "ada").join();

    assertThat(some.replayed()).hasSize(700).startsWith("j1", "j2", "j4");
    assertThat(rest.replayed()).hasSize(100).endsWith("j1199");
    assertThat(letters.list(0, 0).join().total()).isEqualTo(400);
  }

  @Test
  void shouldKeepPriorityAndTraceContext() {
    failed("a|mail|no|{\"priority\":5,\"telemetry\":{\"metadata\":\"ctx\"}}");
    TestRedis.observer().hset(TestRedis.key(queue, "a"), "tm", "last");

    letters.replay("a", 1, "ada").join();

    assertThat(mill.engine.admin(queue).job("a").state().join()).contains(JobState.PRIORITIZED);
    assertThat(Json.read("opts", field("a", "opts")).path("tm").asText()).isEqualTo("ctx");
    assertThat(field("a", "tm")).isEqualTo("last");
  }

  @Test
  void shouldCountABrokenRecordAsNone() {
    failed("a|mail|no");
    TestRedis.observer().hset(TestRedis.key(queue, "a"), "replays", "{{{");

    assertThat(letters.list(0, -1).join().letters().get(0).replays()).isZero();
    letters.replay("a", 1, "ada").join();

    assertThat(Json.read("replays", field("a", "replays")).path("count").asInt()).isEqualTo(1);
  }

  @Test
  void shouldWakeAConsumerThatCompletesTheReplayedJob() {
    failed("a|mail|no");
    QueueConsumer consumer =
        mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("1"));
    await().atMost(EngineFixture.SOON).until(() -> mill.engine.health().alive());

    letters.replay("a", 1, "ada").join();

    await().atMost(EngineFixture.SOON).until(() -> "1".equals(mill.job(queue, "a").returnValue()));
    consumer.close(Duration.ZERO).join();
  }
}
