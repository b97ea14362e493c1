package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Job schedulers from Java: what they do, what they cost, and what happens when something fails.
 */
class JobSchedulerTest {

  private static final JobTemplate TEMPLATE = JobTemplate.of("mail", "{\"n\":1}");

  private final EngineFixture mill = new EngineFixture();
  private final String queue = EngineFixture.queueName();
  private final JobSchedulers schedulers = mill.engine.schedulers(queue);
  private final Queue<Job> ran = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @AfterEach
  void close() {
    mill.close();
  }

  private static RepeatOptions every(int millis) {
    return RepeatOptions.every(Duration.ofMillis(millis)).build();
  }

  private static RepeatOptions daily() {
    return RepeatOptions.cron("0 3 * * *").tz("UTC").build();
  }

  private void consume() {
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          ran.add(run.job());
          run.complete("1");
        });
  }

  private void awaitRuns(int number) {
    await().atMost(EngineFixture.SOON).until(() -> ran.size() >= number);
  }

  @Test
  void shouldRunAtOnceAndThenAtEveryInterval() {
    ScheduledJob first = schedulers.upsert("s", every(200), TEMPLATE).join();
    assertThat(first.id()).isEqualTo("repeat:s:" + first.due().toEpochMilli());

    consume();
    awaitRuns(3);

    assertThat(ran.peek().id()).isEqualTo(first.id());
    List<Long> times =
        ran.stream().map(job -> Long.parseLong(job.id().substring("repeat:s:".length()))).toList();
    // A machine that is slow skips a slot.
    assertThat(times)
        .isSorted()
        .doesNotHaveDuplicates()
        .allSatisfy(time -> assertThat((time - first.due().toEpochMilli()) % 200).isZero());
    assertThat(ran)
        .allSatisfy(
            job -> {
              assertThat(job.name()).isEqualTo("mail");
              assertThat(job.data()).isEqualTo("{\"n\":1}");
            });
  }

  @Test
  void shouldScheduleTheNextRunBeforeTheCurrentOneBegins() {
    schedulers.upsert("s", every(3_600_000), TEMPLATE).join();
    Queue<Map<String, Long>> seen = new ConcurrentLinkedQueue<>();
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          seen.add(mill.counts(queue));
          run.complete("1");
        });

    await().atMost(EngineFixture.SOON).until(() -> !seen.isEmpty());
    assertThat(seen.peek()).containsEntry("active", 1L).containsEntry("delayed", 1L);
  }

  @Test
  void shouldSkipWhatWasMissed() {
    ScheduledJob first = schedulers.upsert("s", every(100), TEMPLATE).join();
    await()
        .atMost(EngineFixture.SOON)
        .until(() -> Instant.now().isAfter(first.due().plusMillis(350)));
    Instant resumed = Instant.now();

    consume();
    awaitRuns(2);

    Job second = ran.stream().skip(1).findFirst().orElseThrow();
    long due = Long.parseLong(second.id().substring("repeat:s:".length()));
    assertThat(due).isGreaterThan(resumed.toEpochMilli() - 1);
  }

  @Test
  void shouldStopAtTheLimit() {
    schedulers
        .upsert("s", RepeatOptions.every(Duration.ofMillis(50)).limit(2).build(), TEMPLATE)
        .join();
    schedulers.upsert("other", every(100), TEMPLATE).join();
    consume();

    await()
        .atMost(EngineFixture.SOON)
        .until(() -> ran.stream().filter(job -> job.id().startsWith("repeat:other")).count() > 4);

    assertThat(ran.stream().filter(job -> job.id().startsWith("repeat:s:"))).hasSize(2);
  }

  @Test
  void shouldStopAtTheEndDate() {
    Instant end = Instant.now().plusMillis(600);
    schedulers
        .upsert("s", RepeatOptions.every(Duration.ofMillis(100)).endDate(end).build(), TEMPLATE)
        .join();
    consume();

    await()
        .atMost(EngineFixture.SOON)
        .until(
            () ->
                Instant.now().isAfter(end.plusMillis(300))
                    && mill.counts(queue).get("delayed") == 0);

    assertThat(ran.size()).isBetween(3, 8);
  }

  @Test
  void shouldMakeOneJobHoweverManyReplicasUpsertTheSameAtTheirStart() {
    List<CompletableFuture<ScheduledJob>> upserts =
        IntStream.range(0, 20).mapToObj(i -> schedulers.upsert("s", daily(), TEMPLATE)).toList();

    Set<String> ids = new HashSet<>();
    upserts.forEach(upsert -> ids.add(upsert.join().id()));
    assertThat(ids).hasSize(1);
    assertThat(upserts.stream().filter(upsert -> !upsert.join().unchanged())).hasSize(1);
    assertThat(mill.counts(queue)).containsEntry("delayed", 1L);
    assertThat(TestRedis.observer().get(TestRedis.key(queue, "id"))).isEqualTo("1");
  }

  @Test
  void shouldLeaveNodesSchedulerAloneWhenItIsTheSame() {
    NodeSession.run(
        """
        await queue6(args[0]).upsertJobScheduler('s', {pattern: '0 3 * * *', tz: 'UTC', limit: 4},
          {name: 'mail', data: {n: 1, m: {a: 1, b: [2]}}, opts: {attempts: 3, removeOnFail: {age: 60, count: 2}}});
        """,
        queue);

    ScheduledJob again =
        schedulers
            .upsert(
                "s",
                RepeatOptions.cron("0 3 * * *").tz("UTC").limit(4).build(),
                new JobTemplate(
                    "mail",
                    "{ \"m\": {\"b\":[2],\"a\":1}, \"n\":1 }",
                    JobOptions.builder()
                        .attempts(3)
                        .removeOnFail(new Retention(2, Duration.ofMinutes(1)))
                        .build()))
            .join();

    assertThat(again.unchanged()).isTrue();
  }

  @Test
  void shouldReplaceWhatDiffersInOneThing() {
    schedulers.upsert("s", daily(), TEMPLATE).join();

    assertThat(
            schedulers.upsert("s", daily(), JobTemplate.of("mail", "{\"n\":2}")).join().unchanged())
        .isFalse();
    assertThat(
            schedulers.upsert("s", daily(), JobTemplate.of("post", "{\"n\":2}")).join().unchanged())
        .isFalse();
    RepeatOptions elsewhere = RepeatOptions.cron("0 3 * * *").tz("Asia/Tokyo").build();
    assertThat(
            schedulers
                .upsert("s", elsewhere, JobTemplate.of("post", "{\"n\":2}"))
                .join()
                .unchanged())
        .isFalse();
    assertThat(mill.counts(queue)).containsEntry("delayed", 1L);
    assertThat(schedulers.get("s").join().orElseThrow().tz()).isEqualTo("Asia/Tokyo");
  }

  @Test
  void shouldCostWhatItsScriptsSay() {
    // A script that the server does not know yet is sent twice.
    JobSchedulers others = mill.engine.schedulers(EngineFixture.queueName());
    others.upsert("s", daily(), TEMPLATE).join();
    others.list(0, -1, true).join();
    others.remove("s").join();
    add("there is the queue's meta");
    assertThat(billed(() -> schedulers.upsert("s", daily(), TEMPLATE).join())).isEqualTo(15);
    assertThat(billed(() -> schedulers.upsert("s", daily(), TEMPLATE).join())).isEqualTo(4);
    RepeatOptions other = RepeatOptions.cron("0 4 * * *").tz("UTC").build();
    assertThat(billed(() -> schedulers.upsert("s", other, TEMPLATE).join())).isEqualTo(19);
    assertThat(billed(() -> schedulers.upsert("e", every(3_600_000), TEMPLATE).join()))
        .isEqualTo(13);
    assertThat(billed(() -> schedulers.list(0, -1, true).join())).isEqualTo(4);
    assertThat(billed(() -> schedulers.get("s").join())).isEqualTo(3);
    assertThat(billed(() -> schedulers.count().join())).isEqualTo(1);
    assertThat(billed(() -> schedulers.remove("s").join())).isEqualTo(8);
    assertThat(billed(() -> schedulers.remove("s").join())).isEqualTo(2);
  }

  private void add(String name) {
    mill.engine.queue(queue).add(new NewJob(name, "{}", JobOptions.DEFAULT)).join();
  }

  /** What the engine counted, which must be what the server counted. */
  private long billed(Runnable action) {
    TestRedis.observer().configResetstat();
    long before = mill.engine.meter().billed();
    action.run();
    long billed = mill.engine.meter().billed() - before;
    Map<String, Long> calls = TestRedis.commandStats();
    calls.remove("config|resetstat");
    calls.remove("config");
    calls.remove("info");
    assertThat(calls.values().stream().mapToLong(Long::longValue).sum())
        .as(calls.toString())
        .isEqualTo(billed);
    return billed;
  }

  @Test
  void shouldTellWhatThereIs() {
    Instant end = Instant.parse("2100-01-01T00:00:00Z");
    schedulers
        .upsert(
            "all",
            RepeatOptions.cron("0 3 * * *").tz("UTC").limit(7).endDate(end).build(),
            new JobTemplate("mail", "{\"n\":1}", JobOptions.builder().attempts(3).build()))
        .join();
    schedulers.upsert("hourly", every(3_600_000), JobTemplate.of(null, "{}")).join();
    schedulers
        .upsert(
            "later",
            RepeatOptions.every(Duration.ofHours(1)).startDate(end.minusSeconds(60)).build(),
            TEMPLATE)
        .join();

    JobScheduler all = schedulers.get("all").join().orElseThrow();
    assertThat(all.name()).isEqualTo("mail");
    assertThat(all.pattern()).isEqualTo("0 3 * * *");
    assertThat(all.tz()).isEqualTo("UTC");
    assertThat(all.limit()).isEqualTo(7);
    assertThat(all.endDate()).isEqualTo(end);
    assertThat(all.iterations()).isEqualTo(1);
    assertThat(all.data()).isEqualTo("{\"n\":1}");
    assertThat(all.options().attempts()).isEqualTo(3);
    assertThat(all.next()).isAfter(Instant.now());
    assertThat(schedulers.get("none").join()).isEmpty();
    assertThat(schedulers.count().join()).isEqualTo(3);
    assertThat(schedulers.list(0, -1, true).join())
        .extracting(JobScheduler::id)
        .containsExactly("hourly", "all", "later");
    assertThat(schedulers.list(0, 0, false).join())
        .extracting(JobScheduler::id)
        .containsExactly("later");
    assertThat(
            NodeSession.run(
                "return (await queue6(args[0]).getJobSchedulers(0, -1, true)).map((s) => s.key + ' ' + s.name)",
                queue))
        .hasToString("[\"hourly hourly\",\"all mail\",\"later mail\"]");
  }

  @Test
  void shouldLetTheJobRunAndSayWhatIsWrongWithItsDefinition() {
    schedulers.upsert("s", every(3_600_000), TEMPLATE).join();
    String id = schedulers.upsert("s", every(3_600_000), TEMPLATE).join().id();
    TestRedis.observer()
        .hset(
            TestRedis.key(queue, id),
            "opts",
            "{\"repeat\":{\"pattern\":\"every other tuesday\",\"count\":1}}");
    consume();

    awaitRuns(1);

    assertThat(mill.heard).contains("s NOT SCHEDULED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{", "{\"repeat\":7}", "{\"repeat\":{\"every\":0}}", "{}"})
  void shouldSurviveAnyOptionsThatAForeignClientWrote(String options) {
    String id = schedulers.upsert("s", daily(), TEMPLATE).join().id();
    TestRedis.observer().hset(TestRedis.key(queue, id), "opts", options);
    NodeSession.run(
        "await (await queue6(args[0]).getJob(args[1]).catch(() => 0))?.promote?.()", queue, id);
    if (mill.counts(queue).get("delayed") == 1) {
      // Node could not read it either.
      TestRedis.observer().zrem(TestRedis.key(queue, "delayed"), id);
      TestRedis.observer().lpush(TestRedis.key(queue, "wait"), id);
    }
    mill.add(queue, "{}");
    consume();

    await()
        .atMost(EngineFixture.SOON)
        .until(() -> mill.counts(queue).get("waiting") + mill.counts(queue).get("active") == 0);
    assertThat(TestRedis.observer().hget(TestRedis.key(queue, id), "finishedOn")).isNotNull();
    assertThat(mill.heard).contains("s NOT SCHEDULED");
  }

  @Test
  void shouldHoldTheRunUntilRedisTakesTheNextOne() {
    String id = schedulers.upsert("s", every(3_600_000), TEMPLATE).join().id();
    TestRedis.observer().rename(TestRedis.key(queue, "repeat"), TestRedis.key(queue, "kept"));
    TestRedis.observer().set(TestRedis.key(queue, "repeat"), "of another type");
    consume();

    await()
        .atMost(EngineFixture.SOON)
        .until(() -> mill.heard.stream().filter("s NOT SCHEDULED"::equals).count() >= 2);
    assertThat(ran).isEmpty();
    TestRedis.observer().rename(TestRedis.key(queue, "kept"), TestRedis.key(queue, "repeat"));

    awaitRuns(1);
    assertThat(ran.peek().id()).isEqualTo(id);
    assertThat(mill.counts(queue)).containsEntry("delayed", 1L);
  }

  @Test
  void shouldRunTheLastJobOfAnOldKeyShapeAndSayOnceThatTheChainEnds() {
    String key = "mail::::0 3 * * *";
    for (int i = 0; i < 2; i++) {
      String id = "repeat:0123:" + (1_500_000_000_000L + i);
      TestRedis.observer()
          .hset(
              TestRedis.key(queue, id),
              Map.of(
                  "name", "mail",
                  "data", "{}",
                  "rjk", key,
                  "timestamp", "1500000000000",
                  "opts", "{\"repeat\":{\"pattern\":\"0 3 * * *\",\"count\":1}}"));
      TestRedis.observer().lpush(TestRedis.key(queue, "wait"), id);
    }
    TestRedis.observer().zadd(TestRedis.key(queue, "repeat"), 1_500_000_000_001d, key);
    consume();

    awaitRuns(2);

    assertThat(mill.heard.stream().filter((key + " NOT SCHEDULED")::equals)).hasSize(1);
    assertThat(mill.counts(queue)).containsEntry("delayed", 0L);
  }

  @Test
  void shouldGoOnWithAnIdThatOnlyLooksLikeAnOldKey() {
    schedulers.upsert("a:b:1:c:5", every(100), TEMPLATE).join();
    consume();

    awaitRuns(2);
  }

  @Test
  void shouldNeverGiveUpAStalledJobOfAScheduler() {
    String id = schedulers.upsert("s", every(3_600_000), TEMPLATE).join().id();
    String plain = mill.add(queue, "{}").id();
    for (String job : List.of(id, plain)) {
      TestRedis.observer().lrem(TestRedis.key(queue, "wait"), 1, job);
      TestRedis.observer().lpush(TestRedis.key(queue, "active"), job);
      TestRedis.observer().hset(TestRedis.key(queue, job), "stc", "5");
      TestRedis.observer().sadd(TestRedis.key(queue, "stalled"), job);
    }
    QueueKeys keys = new QueueKeys(TestRedis.PREFIX, queue);
    mill.engine
        .line()
        .run(
            Script.STALLED,
            List.of(keys.meta()),
            List.of("full", "1500000000000", "1000", "1", keys.base(), "0"))
        .join();

    assertThat(new HashMap<>(TestRedis.observer().hgetall(TestRedis.key(queue, id))))
        .containsEntry("stc", "6")
        .doesNotContainKey("defa");
    assertThat(TestRedis.observer().hgetall(TestRedis.key(queue, plain))).containsKey("defa");
  }

  @Test
  void shouldRefuseWhatCannotBeScheduledAndSayWhatToWrite() {
    Instant now = Instant.now();
    refused(() -> RepeatOptions.every(Duration.ZERO), "every PT0S");
    refused(() -> RepeatOptions.cron(" "), "pattern is empty");
    refused(() -> RepeatOptions.cron("61 * * * *").build(), "pattern \"61 * * * *\"");
    refused(() -> RepeatOptions.cron("* * * * *").tz("Mars").build(), "tz \"Mars\"");
    refused(() -> RepeatOptions.cron("* * * * *").limit(0), "limit 0");
    refused(
        () -> RepeatOptions.cron("* * * * *").immediately(true).startDate(now).build(),
        "immediately and startDate");
    refused(
        () -> RepeatOptions.every(Duration.ofSeconds(1)).offset(Duration.ofSeconds(1)).build(),
        "offset PT1S");
    refused(() -> JobTemplate.of("mail", "{"), "is not valid JSON");
    refused(
        () -> new JobTemplate("mail", "{}", JobOptions.builder().jobId("mine").build()),
        "jobId \"mine\"");
    refused(
        () ->
            new JobTemplate(
                "mail", "{}", JobOptions.builder().delay(Duration.ofSeconds(1)).build()),
        "delay 1000 ms");
    refused(() -> schedulers.upsert(" ", daily(), TEMPLATE), "schedulerId is empty");
    refused(
        () ->
            schedulers.upsert(
                "s", RepeatOptions.every(Duration.ofHours(1)).endDate(now).build(), TEMPLATE),
        "endDate " + now);
    refused(
        () -> schedulers.upsert("s", RepeatOptions.cron("0 0 30 2 *").build(), TEMPLATE),
        "pattern \"0 0 30 2 *\" has no run");
    refused(
        () ->
            schedulers.upsert(
                "s",
                RepeatOptions.cron("0 0 1 1 *").tz("UTC").endDate(now.plusSeconds(60)).build(),
                TEMPLATE),
        "has no run before endDate");
    assertThat(TestRedis.observer().keys(TestRedis.key(queue, "*"))).isEmpty();
  }

  private static void refused(Runnable action, String said) {
    assertThatThrownBy(action::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(said);
  }
}
