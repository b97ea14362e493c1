package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What managing finds out, what it refuses, and what no comparison with one BullMQ version shows.
 */
class QueueAdminTest {

  private final EngineFixture mill = new EngineFixture();
  private final String queue = EngineFixture.queueName();
  private final QueueAdmin admin = mill.engine.admin(queue);

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @AfterEach
  void close() {
    mill.close();
  }

  private JsonNode node(String code, Object... more) {
    List<Object> args = new ArrayList<>(List.of(queue));
    args.addAll(List.of(more));
    return NodeSession.run("const q = queue6(args[0]);" + code, args.toArray());
  }

  /** The jobs that wait, the next to run first. */
  private List<String> waiting() {
    List<String> ids =
        new ArrayList<>(TestRedis.observer().lrange(TestRedis.key(queue, "wait"), 0, -1));
    java.util.Collections.reverse(ids);
    return ids;
  }

  private static QueueRefusal refusal(CompletableFuture<?> operation) {
    Throwable thrown = catchThrowable(operation::join);
    assertThat(thrown).hasCauseInstanceOf(QueueRefusal.class);
    return (QueueRefusal) thrown.getCause();
  }

  @Test
  void shouldLoseNoJobOfAQueueThatFivePausedAndSixFilled() {
    node(
        """
        const five = queue5(args[0]);
        for (const id of ['a', 'b']) await five.add('n', {}, {jobId: id});
        await five.pause();
        await five.add('n', {}, {jobId: 'c'});
        for (const id of ['d', 'e']) await q.add('n', {}, {jobId: id});
        """);

    admin.resume().join();

    assertThat(waiting()).containsExactly("a", "b", "c", "d", "e");
    assertThat(TestRedis.observer().exists(TestRedis.key(queue, "paused"))).isZero();
    assertThat(admin.isPaused().join()).isFalse();
  }

  @Test
  void shouldMergeManyPausedJobsInBatchesInTheirOrder() {
    node(
        """
        await q.pause();
        const ids = [...Array(12000).keys()].map((n) => 'p' + n);
        for (let at = 0; at < ids.length; at += 4000) await redis().lpush(q.toKey('paused'), ...ids.slice(at, at + 4000));
        await redis().lpush(q.toKey('wait'), 'late');
        """);

    admin.resume().join();

    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < 12_000; i++) {
      wanted.add("p" + i);
    }
    wanted.add("late");
    assertThat(waiting()).isEqualTo(wanted);
  }

  @Test
  void shouldResumeAQueueThatBullPaused() {
    node(
        """
        const b = bull(args[0]);
        await b.add('n', {n: 1});
        await b.pause();
        await b.add('n', {n: 2});
        """);
    assertThat(admin.isPaused().join()).isTrue();
    assertThat(admin.counts().join()).containsEntry(JobState.PAUSED, 2L);

    admin.resume().join();

    assertThat(waiting()).containsExactly("1", "2");
    assertThat(node("return await bull(args[0]).isPaused()").asBoolean()).isFalse();
    assertThat(TestRedis.observer().exists(TestRedis.key(queue, "meta-paused"))).isZero();
  }

  @Test
  void shouldKeepOurOwnConsumerFromTakingJobsWhilePaused() {
    admin.pause().join();
    QueueConsumer consumer =
        mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("1"));
    String id = mill.add(queue, "{}").id();
    assertThat(node("return await q.isPaused()").asBoolean()).isTrue();
    // The consumer has looked: it knows the queue as blocked.
    await().atMost(EngineFixture.SOON).until(() -> mill.engine.health().alive());
    assertThat(waiting()).containsExactly(id);

    admin.resume().join();

    await().atMost(EngineFixture.SOON).until(() -> mill.job(queue, id).finishedOn() != null);
    consumer.close(Duration.ZERO).join();
  }

  @Test
  void shouldSayWhichJobIsMissing() {
    QueueRefusal refusal = refusal(admin.job("gone").promote());

    assertThat(refusal.reason()).isEqualTo(QueueRefusal.Reason.MISSING_JOB);
    assertThat(refusal.jobId()).isEqualTo("gone");
    assertThat(refusal.queue()).isEqualTo(queue);
    assertThat(refusal).hasMessageContaining(queue).hasMessageContaining("promote job gone");
    assertThat(TestRedis.observer().keys(TestRedis.key(queue, "*")))
        .allMatch(key -> key.endsWith(":meta"));
  }

  static List<Arguments> needsAJob() {
    return List.of(
        Arguments.of(
            "change delay",
            (Function<JobAdmin, CompletableFuture<?>>) j -> j.changeDelay(Duration.ZERO)),
        Arguments.of(
            "change priority",
            (Function<JobAdmin, CompletableFuture<?>>) j -> j.changePriority(1, false)),
        Arguments.of(
            "retry", (Function<JobAdmin, CompletableFuture<?>>) j -> j.retry(JobState.FAILED)),
        Arguments.of(
            "update data", (Function<JobAdmin, CompletableFuture<?>>) j -> j.updateData("1")),
        Arguments.of(
            "update progress",
            (Function<JobAdmin, CompletableFuture<?>>) j -> j.updateProgress("1")),
        Arguments.of("log", (Function<JobAdmin, CompletableFuture<?>>) j -> j.addLog("x")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("needsAJob")
  void shouldRefuseWhatNeedsAJobThatIsThere(
      String name, Function<JobAdmin, CompletableFuture<?>> operation) {
    assertThat(refusal(operation.apply(admin.job("gone"))).reason())
        .isEqualTo(QueueRefusal.Reason.MISSING_JOB);
    assertThat(TestRedis.observer().exists(TestRedis.key(queue, "gone"))).isZero();
  }

  @Test
  void shouldSayInWhichStateAJobWasFound() {
    mill.add(queue, "{}", JobOptions.builder().jobId("a").build());

    QueueRefusal delay = refusal(admin.job("a").changeDelay(Duration.ofSeconds(1)));
    QueueRefusal retry = refusal(admin.job("a").retry(JobState.FAILED));

    assertThat(delay.reason()).isEqualTo(QueueRefusal.Reason.NOT_IN_STATE);
    assertThat(delay).hasMessageContaining("is waiting, not delayed");
    assertThat(retry).hasMessageContaining("is waiting, not failed");
    assertThat(waiting()).containsExactly("a");
  }

  @Test
  void shouldNotRemoveAJobThatRuns() {
    node(
        """
        await q.add('n', {}, {jobId: 'a'});
        const worker = new v6.Worker(args[0], null, {connection: connection(), prefix});
        await worker.getNextJob('t');
        await worker.close();
        """);

    QueueRefusal refusal = refusal(admin.job("a").remove());

    assertThat(refusal.reason()).isEqualTo(QueueRefusal.Reason.LOCKED);
    assertThat(refusal).hasMessageContaining("job a, it is running");
    assertThat(admin.job("a").state().join()).contains(JobState.ACTIVE);
  }

  @Test
  void shouldNotRemoveAParentWhoseChildRuns() {
    node(
        """
        const flows = new v6.FlowProducer({connection: connection(), prefix});
        await flows.add({name: 'n', queueName: args[0], opts: {jobId: 'p'}, children: [{name: 'n', queueName: args[0], opts: {jobId: 'c'}}]});
        await flows.close();
        const worker = new v6.Worker(args[0], null, {connection: connection(), prefix});
        await worker.getNextJob('t');
        await worker.close();
        """);

    assertThat(refusal(admin.job("p").remove())).hasMessageContaining("running child, c");
    assertThat(admin.job("p").get().join()).isPresent();
    // Without its children it can go.
    assertThat(admin.job("p").remove(false).join()).isTrue();
  }

  @Test
  void shouldNotRemoveWhatASchedulerRunsNext() {
    String id =
        node("return (await q.upsertJobScheduler('daily', {pattern: '0 3 * * *'}, {name: 'n'})).id")
            .asText();

    QueueRefusal refusal = refusal(admin.job(id).remove());

    assertThat(refusal.reason()).isEqualTo(QueueRefusal.Reason.BELONGS_TO_SCHEDULER);
    assertThat(refusal).hasMessageContaining("\"daily\"");
    assertThat(admin.job(id).state().join()).contains(JobState.DELAYED);
  }

  @Test
  void shouldKeepWhatSchedulersRunNextWhenDrainingAndCleaning() {
    String id =
        node("""
                await q.add('n', {}, {jobId: 'a'});
                const next = await q.upsertJobScheduler('often', {every: 3600000}, {name: 'n'});
                const daily = await q.upsertJobScheduler('daily', {pattern: '0 3 * * *'}, {name: 'n'});
                await q.add('n', {}, {jobId: 'b'});
                await q.add('n', {}, {jobId: 'c', delay: 60000});
                return next.id + ' ' + daily.id;
                """)
            .asText();

    assertThat(admin.clean(JobState.WAITING, Duration.ZERO, 0).join())
        .containsExactlyInAnyOrder("a", "b");
    assertThat(admin.drain(true).join()).isEqualTo(1);

    for (String kept : id.split(" ")) {
      assertThat(admin.job(kept).get().join()).isPresent();
      assertThat(admin.job(kept).state().join().orElseThrow())
          .isIn(JobState.WAITING, JobState.DELAYED);
    }
    assertThat(admin.counts().join().values().stream().mapToLong(n -> n).sum()).isEqualTo(2);
  }

  @Test
  void shouldNotObliterateAQueueWhoseJobsRun() {
    node(
        """
        await q.add('n', {}, {jobId: 'a'});
        const worker = new v6.Worker(args[0], null, {connection: connection(), prefix});
        await worker.getNextJob('t');
        await worker.close();
        """);

    QueueRefusal refusal = refusal(admin.obliterate(false));

    assertThat(refusal.reason()).isEqualTo(QueueRefusal.Reason.ACTIVE_JOBS);
    assertThat(refusal).hasMessageContaining(queue).hasMessageContaining("force");
    assertThat(admin.job("a").get().join()).isPresent();
    assertThat(admin.isPaused().join()).isTrue();
  }

  @Test
  void shouldObliterateInBatchesUntilNothingIsLeft() {
    mill.addMany(queue, 2500);
    node("await q.setGlobalRateLimit(1, 1000); await q.rateLimit(60000);");

    admin.obliterate(false).join();

    assertThat(TestRedis.observer().keys(TestRedis.key(queue, "*"))).isEmpty();
  }

  static List<Arguments> badArguments() {
    return List.of(
        bad("is empty", a -> a.job(" ")),
        bad("own keys", a -> a.job("meta")),
        bad("own keys", a -> a.job("repeat:daily")),
        bad("negative", a -> a.job("a").changeDelay(Duration.ofSeconds(-1))),
        bad("priority -1", a -> a.job("a").changePriority(-1, false)),
        bad("priority 2097152", a -> a.job("a").changePriority(2097152, false)),
        bad("failed or completed", a -> a.job("a").retry(JobState.WAITING)),
        bad("not valid JSON", a -> a.job("a").updateData("{")),
        bad("not valid JSON", a -> a.job("a").updateProgress("half")),
        bad("negative", a -> a.job("a").addLog("x", -1)),
        bad("negative", a -> a.promoteAll(-1)),
        bad("failed or completed", a -> a.retryAll(JobState.DELAYED, 0, null)),
        bad("negative", a -> a.clean(JobState.FAILED, Duration.ofSeconds(-1), 0)),
        bad("completed or failed", a -> a.metrics(JobState.ACTIVE, 0, -1)),
        bad("pause the queue", a -> a.limits().setConcurrency(0)),
        bad("1 ms or more", a -> a.limits().limitFor(Duration.ZERO)),
        bad("say who", a -> a.deadLetters().replay("a", 1, "")),
        bad("use 1 or more", a -> a.deadLetters().replay("a", 0, "ada")));
  }

  private static Arguments bad(String part, Function<QueueAdmin, Object> call) {
    return Arguments.of(part, call);
  }

  @ParameterizedTest
  @MethodSource("badArguments")
  void shouldRefuseBadArgumentsBeforeAnythingIsSent(
      String part, Function<QueueAdmin, Object> call) {
    long sent = mill.engine.meter().sent();
    assertThatThrownBy(() -> call.apply(admin))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(part);
    assertThat(mill.engine.meter().sent()).isEqualTo(sent);
  }

  @Test
  void shouldRetryJobsWhoseHashIsBroken() {
    String base = TestRedis.key(queue, "");
    TestRedis.observer().hset(base + "a", Map.of("name", "n", "opts", "[[", "priority", "high"));
    TestRedis.observer().zadd(base + "failed", 1, "a");
    TestRedis.observer().zadd(base + "failed", 2, "gone");

    admin.job("a").retry(JobState.FAILED).join();

    assertThat(waiting()).containsExactly("a");
    assertThat(refusal(admin.job("gone").retry(JobState.FAILED)).reason())
        .isEqualTo(QueueRefusal.Reason.MISSING_JOB);
  }

  @Test
  void shouldLimitHowManyAreMovedOrCleaned() {
    node("for (let i = 0; i < 5; i++) await q.add('n', {}, {jobId: 'd' + i, delay: 60000 + i});");

    assertThat(admin.promoteAll(2).join()).isEqualTo(2);
    assertThat(waiting()).containsExactly("d0", "d1");
    assertThat(admin.clean(JobState.DELAYED, Duration.ZERO, 2).join()).containsExactly("d2", "d3");
    assertThat(admin.clean(JobState.DELAYED, Duration.ofHours(1), 0).join()).isEmpty();
    assertThat(admin.promoteAll(0).join()).isEqualTo(1);
  }

  @Test
  void shouldRetryMoreJobsThanFitIntoOneBatch() {
    mill.addMany(queue, 2300);
    node(
        """
        const ids = await redis().lrange(q.toKey('wait'), 0, -1);
        await redis().del(q.toKey('wait'));
        await redis().zadd(q.toKey('failed'), ...ids.reverse().flatMap((id, i) => [i + 1, id]));
        """);

    assertThat(admin.retryAll(JobState.FAILED, 1500, null).join()).isEqualTo(1500);
    assertThat(admin.retryAll(JobState.FAILED, 0, Instant.now()).join()).isEqualTo(800);

    assertThat(waiting()).hasSize(2300).startsWith("1", "2", "3").endsWith("2300");
  }
}
