package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.NodeSession;
import dev.millrace.QueueDump;
import dev.millrace.TestRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What job schedulers leave in Redis is, key by key and field by field, what BullMQ 6 leaves, and
 * for the chains of older clients what those leave.
 */
class JobSchedulerStateTest {

  private static final Instant FUTURE = Instant.parse("2100-01-01T00:00:00Z");
  private static final Instant PAST = Instant.parse("2015-01-01T00:00:00Z");

  private final EngineFixture mill = new EngineFixture();
  private final String theirs = EngineFixture.queueName();
  private final String ours = EngineFixture.queueName();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @AfterEach
  void close() {
    mill.close();
  }

  /** One upsert as Node says it and as we say it. */
  private record Upsert(String node, RepeatOptions repeat, JobTemplate template) {

    static Upsert of(String node, RepeatOptions.Builder repeat) {
      return new Upsert(node, repeat.build(), JobTemplate.of(null, "{}"));
    }

    static Upsert of(String node, RepeatOptions.Builder repeat, JobOptions.Builder options) {
      return new Upsert(
          node, repeat.build(), new JobTemplate("mail", "{\"n\":1}", options.build()));
    }
  }

  private static final Upsert DAILY =
      Upsert.of(
          "{pattern: '0 3 * * *', tz: 'Europe/Berlin'}",
          RepeatOptions.cron("0 3 * * *").tz("Europe/Berlin"));
  private static final Upsert HOURLY =
      Upsert.of("{every: 3600000}", RepeatOptions.every(Duration.ofHours(1)));
  private static final Upsert LATER =
      Upsert.of(
          "{every: 3600000, startDate: 4102444800000}",
          RepeatOptions.every(Duration.ofHours(1)).startDate(FUTURE));
  private static final Upsert WEEKLY_WITH_ALL =
      Upsert.of(
          "{pattern: '0 0 5 * * 1', tz: 'America/New_York', limit: 5, startDate: 1420070400000, endDate: 4102444800000},"
              + " {name: 'mail', data: {n: 1}, opts: {attempts: 3, backoff: {type: 'fixed', delay: 1000},"
              + " removeOnComplete: 5, removeOnFail: {age: 60}}}",
          RepeatOptions.cron("0 0 5 * * 1")
              .tz("America/New_York")
              .limit(5)
              .startDate(PAST)
              .endDate(FUTURE),
          JobOptions.builder()
              .attempts(3)
              .backoff(new Backoff(Backoff.Type.FIXED, Duration.ofSeconds(1), 0))
              .removeOnComplete(new Retention(5, null))
              .removeOnFail(new Retention(Retention.ANY, Duration.ofMinutes(1))));

  static List<Arguments> definitions() {
    return List.of(
        Arguments.of("every", List.of(HOURLY)),
        Arguments.of("pattern", List.of(DAILY)),
        Arguments.of("pattern with all there is", List.of(WEEKLY_WITH_ALL)),
        Arguments.of("every from a start date", List.of(LATER)),
        Arguments.of(
            "every with offset",
            List.of(
                Upsert.of(
                    "{every: 3600000, offset: 600000}",
                    RepeatOptions.every(Duration.ofHours(1)).offset(Duration.ofMinutes(10))))),
        Arguments.of(
            "pattern immediately",
            List.of(
                Upsert.of(
                    "{pattern: '0 3 * * *', immediately: true}",
                    RepeatOptions.cron("0 3 * * *").immediately(true)))),
        Arguments.of(
            "prioritized at once",
            List.of(
                Upsert.of(
                    "{every: 3600000, limit: 9}, {name: 'mail', data: {n: 1}, opts: {priority: 7}}",
                    RepeatOptions.every(Duration.ofHours(1)).limit(9),
                    JobOptions.builder().priority(7)))),
        Arguments.of(
            "first in line, deduplicated",
            List.of(
                Upsert.of(
                    "{every: 3600000}, {name: 'mail', data: {n: 1}, opts: {lifo: true, deduplication: {id: 'd'}}}",
                    RepeatOptions.every(Duration.ofHours(1)),
                    JobOptions.builder().lifo(true).deduplication(Deduplication.untilDone("d"))))),
        Arguments.of("pattern, then every", List.of(DAILY, HOURLY)),
        Arguments.of("every, then pattern", List.of(HOURLY, DAILY)),
        Arguments.of("later, then at another interval", List.of(LATER, HOURLY)),
        Arguments.of("pattern, then another", List.of(DAILY, WEEKLY_WITH_ALL)),
        Arguments.of("all there is, then less", List.of(WEEKLY_WITH_ALL, DAILY)),
        Arguments.of(
            "every, waiting, with another template",
            List.of(
                HOURLY,
                Upsert.of(
                    "{every: 3600000}, {name: 'mail', data: {n: 1}, opts: {}}",
                    RepeatOptions.every(Duration.ofHours(1)),
                    JobOptions.builder()))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void definitions(String name, List<Upsert> upserts) {
    for (Upsert upsert : upserts) {
      String template = upsert.node.contains("}, {name") ? "" : ", {}";
      NodeSession.run(
          "await queue6(args[0]).upsertJobScheduler('s', " + upsert.node + template + ")", theirs);
      mill.engine.schedulers(ours).upsert("s", upsert.repeat, upsert.template).join();
    }

    assertThat(dump(ours)).isEqualTo(dump(theirs));
  }

  @Test
  void shouldLeaveNothingOfARemovedScheduler() {
    for (String scheduler : List.of("a", "b")) {
      NodeSession.run(
          "await queue6(args[0]).upsertJobScheduler(args[1], " + DAILY.node + ")",
          theirs,
          scheduler);
      mill.engine.schedulers(ours).upsert(scheduler, DAILY.repeat, DAILY.template).join();
    }
    NodeSession.run("await queue6(args[0]).removeJobScheduler('a')", theirs);

    assertThat(mill.engine.schedulers(ours).remove("a").join()).isTrue();
    assertThat(mill.engine.schedulers(ours).remove("a").join()).isFalse();

    assertThat(dump(ours)).isEqualTo(dump(theirs));
  }

  @Test
  void shouldRefuseATakenIdAsNodeDoes() {
    for (String queue : List.of(theirs, ours)) {
      String id =
          mill.engine.schedulers(queue).upsert("s", DAILY.repeat, DAILY.template).join().id();
      TestRedis.observer().zrem(TestRedis.key(queue, "repeat"), "s");
      TestRedis.observer().zrem(TestRedis.key(queue, "delayed"), id);
    }

    assertThatThrownBy(
            () ->
                NodeSession.run(
                    "await queue6(args[0]).upsertJobScheduler('s', " + DAILY.node + ")", theirs))
        .hasMessageContaining("job ID already exists");
    assertThatThrownBy(
            () -> mill.engine.schedulers(ours).upsert("s", DAILY.repeat, DAILY.template).join())
        .cause()
        .isInstanceOf(SchedulerException.class)
        .hasFieldOrPropertyWithValue("code", SchedulerException.Code.JOB_ID_COLLISION)
        .hasMessageContaining("remove that job");
    assertThat(dump(ours)).isEqualTo(dump(theirs));
  }

  @Test
  void shouldStepOverTakenSlotsAndRefuseWhenThereAreTooMany() {
    for (String queue : List.of(theirs, ours)) {
      occupy(queue, 31);
      TestRedis.observer().hset(TestRedis.key(queue, "meta"), "opts.maxLenEvents", "10000");
    }
    NodeSession.run("await queue6(args[0]).upsertJobScheduler('s', " + LATER.node + ")", theirs);
    mill.engine.schedulers(ours).upsert("s", LATER.repeat, LATER.template).join();
    assertThat(dump(ours)).isEqualTo(dump(theirs));

    String full = EngineFixture.queueName();
    occupy(full, 40);
    assertThatThrownBy(
            () ->
                NodeSession.run(
                    "await queue6(args[0]).upsertJobScheduler('s', " + LATER.node + ")", full))
        .hasMessageContaining("slots");
    assertThatThrownBy(
            () -> mill.engine.schedulers(full).upsert("s", LATER.repeat, LATER.template).join())
        .cause()
        .hasFieldOrPropertyWithValue("code", SchedulerException.Code.JOB_SLOTS_BUSY);
  }

  private static void occupy(String queue, int slots) {
    IntStream.range(0, slots)
        .forEach(
            slot ->
                TestRedis.observer()
                    .hset(
                        TestRedis.key(
                            queue, "repeat:s:" + (FUTURE.toEpochMilli() + slot * 3_600_000L)),
                        "name",
                        "old"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{every: 3600000}, {}",
        "{every: 3600000, limit: 3, offset: 5}, {name: 'mail', data: {n: 1}, opts: {attempts: 2, backoff: 50}}",
        "{pattern: '0 3 * * *', tz: 'UTC', limit: 3, endDate: '2100-01-01'}, {data: [1], opts: {removeOnFail: 3}}",
        "{pattern: '0 3 * * *', immediately: true}, {opts: {telemetry: {metadata: 'x'}, keepLogs: 2, priority: 4}}",
      })
  void shouldScheduleTheNextRunAsNodesWorkerDoes(String definition) {
    for (String queue : List.of(theirs, ours)) {
      NodeSession.run(
          """
          const job = await queue6(args[0]).upsertJobScheduler('s', %s);
          if (await job.isDelayed()) await job.promote();
          """
              .formatted(definition),
          queue);
    }

    node6(theirs, 1);
    millrace(ours, 1);

    assertThat(chain(ours)).isEqualTo(chain(theirs));
  }

  @Test
  void shouldNotGoOnWithASchedulerThatWasRemovedWhileItsJobWaited() {
    String id =
        NodeSession.run(
                """
        const job = await queue6(args[0]).upsertJobScheduler('s', {every: 3600000});
        await queue6(args[0]).removeJobScheduler('s');
        return job.id;
        """,
                ours)
            .asText();

    millrace(ours, 1);

    assertThat(mill.job(ours, id).finishedOn()).isNotNull();
    assertThat(TestRedis.observer().exists(TestRedis.key(ours, "repeat"))).isZero();
    assertThat(mill.counts(ours)).containsEntry("delayed", 0L);
  }

  @Test
  void shouldGoOnWithRepeatableJobsOfVersion5AsNodesWorkerDoesAndKeepTheirData() {
    String other = EngineFixture.queueName();
    for (String queue : List.of(theirs, ours, other)) {
      NodeSession.run(
          """
          const job = await queue5(args[0]).add('mail', {n: 1},
            {repeat: {pattern: '0 3 1 1 *', tz: 'Asia/Tokyo', limit: 4}, attempts: 2});
          await job.promote();
          """,
          queue);
    }

    NodeSession.run(worker("v5"), theirs, 1);
    millrace(ours, 1);

    Map<String, Object> wanted = chain(theirs);
    assertThat(chain(ours)).isEqualTo(wanted);
    assertThat(wanted.toString()).contains("data={\"n\":1}");
    // Version 6 goes on as well, but forgets the data.
    node6(other, 1);
    wanted.replaceAll((key, text) -> text.toString().replaceAll("\n +data=\\{\"n\":1}", ""));
    Map<String, Object> forgetful = chain(other);
    forgetful.replaceAll((key, text) -> text.toString().replaceAll("\n +data=\\{}", ""));
    assertThat(forgetful).isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{every: 3600000}",
        "{every: 3600000, limit: 7}",
        "{cron: '0 3 * * *'}",
        "{cron: '0 3 * * *', tz: 'Asia/Tokyo', endDate: 4102444800000, jobId: 'mine'}"
      })
  @DisabledIfSystemProperty(
      named = "millrace.test.redis",
      matches = "cluster",
      disabledReason = "Bull 4 is not for clusters")
  void shouldGoOnWithRepeatableJobsOfBullAsBullDoes(String repeat) {
    for (String queue : List.of(theirs, ours)) {
      NodeSession.run(
          """
          const job = await bull(args[0]).add('mail', {n: 1},
            {repeat: %s, attempts: 2, backoff: 50, removeOnComplete: true});
          await job.promote();
          """
              .formatted(repeat),
          queue);
    }

    NodeSession.run(
        """
        const queue = new Bull(args[0], {redis: connection(), prefix});
        await new Promise((done) => { queue.on('completed', done); queue.process('mail', async () => 1); });
        await queue.close();
        """,
        theirs);
    millrace(ours, 1);

    Map<String, Object> wanted = chain(theirs);
    assertThat(wanted.get("repeat").toString()).contains("mail:");
    Map<String, Object> done = chain(ours);
    // Bull tells of jobs by PUBLISH; the stream is for those who follow a BullMQ queue.
    assertThat(done.remove("events").toString()).contains("event=added", "event=delayed");
    assertThat(done).isEqualTo(wanted);
  }

  @Test
  void shouldHandAChainToAndFroBetweenNodeAndMillrace() {
    NodeSession.run(
        "await queue6(args[0]).upsertJobScheduler('s', {every: 200}, {name: 'mail', data: {n: 1}})",
        ours);
    millrace(ours, 3);
    node6(ours, 3);
    millrace(ours, 3);
    NodeSession.run(worker("v5"), ours, 3);

    List<Long> times = runs(ours);
    assertThat(times).hasSizeGreaterThanOrEqualTo(12);
    assertThat(times).allSatisfy(time -> assertThat((time - times.get(0)) % 200).isZero());
    assertThat(mill.engine.schedulers(ours).get("s").join().orElseThrow().iterations())
        .isEqualTo(times.size() + 1);
    assertThat(pending(ours)).isEqualTo(1);
  }

  @Test
  void shouldStartAChainThatNodeGoesOnWith() {
    mill.engine
        .schedulers(ours)
        .upsert(
            "s",
            RepeatOptions.cron("* * * * * *").tz("UTC").limit(4).build(),
            JobTemplate.of("mail", "{\"n\":1}"))
        .join();

    node6(ours, 2);
    millrace(ours, 2);

    assertThat(runs(ours)).hasSize(4);
    assertThat(pending(ours)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{every: 200}", "{pattern: '* * * * * *'}"})
  void shouldHandRepeatableJobsOfVersion5ToAndFro(String repeat) {
    NodeSession.run("await queue5(args[0]).add('mail', {n: 1}, {repeat: " + repeat + "})", ours);

    millrace(ours, 2);
    NodeSession.run(worker("v5"), ours, 1);
    millrace(ours, 2);
    node6(ours, 1);

    assertThat(runs(ours)).hasSizeGreaterThanOrEqualTo(6);
    assertThat(pending(ours)).isEqualTo(1);
    assertThat(seen).allSatisfy(data -> assertThat(data).isEqualTo("{\"n\":1}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{every: 200}", "{cron: '* * * * * *'}"})
  @DisabledIfSystemProperty(
      named = "millrace.test.redis",
      matches = "cluster",
      disabledReason = "Bull 4 is not for clusters")
  void shouldHandRepeatableJobsOfBullToAndFro(String repeat) {
    NodeSession.run("await bull(args[0]).add('mail', {n: 1}, {repeat: " + repeat + "})", ours);

    millrace(ours, 3);
    NodeSession.run(
        """
        const queue = new Bull(args[0], {redis: connection(), prefix});
        let left = 2;
        await new Promise((done) => {
          queue.on('completed', () => { if (--left === 0) done(); });
          queue.process('mail', async () => 1);
        });
        await queue.close();
        """,
        ours);
    millrace(ours, 2);

    assertThat(runs(ours)).hasSizeGreaterThanOrEqualTo(7).doesNotHaveDuplicates();
    assertThat(pending(ours)).isEqualTo(1);
  }

  private final List<String> seen = new ArrayList<>();

  /** Works the queue until so many jobs are done. */
  private void millrace(String queue, int jobs) {
    List<String> done = new ArrayList<>();
    QueueConsumer consumer =
        mill.engine.consume(
            ConsumerOptions.of(queue),
            run -> {
              synchronized (seen) {
                seen.add(run.job().data());
                done.add(run.job().id());
              }
              run.complete("1");
            });
    await()
        .atMost(EngineFixture.SOON)
        .until(
            () ->
                done.size() >= jobs
                    && done.stream().allMatch(id -> mill.heard.contains(id + " COMPLETED")));
    consumer.close(EngineFixture.SOON).join();
  }

  private static void node6(String queue, int jobs) {
    NodeSession.run(worker("v6"), queue, jobs);
  }

  private static String worker(String version) {
    return """
        let left = args[1];
        await new Promise((done, fail) => {
          const worker = new VERSION.Worker(args[0], async () => 1, {connection: connection(), prefix, drainDelay: 1});
          worker.on('completed', async () => { if (--left === 0) { await worker.close(); done(); } });
          worker.on('error', fail);
        });
        """
        .replace("VERSION", version);
  }

  /** Planned times of the runs that are done. */
  private static List<Long> runs(String queue) {
    return TestRedis.observer().zrange(TestRedis.key(queue, "completed"), 0, -1).stream()
        .map(id -> Long.parseLong(id.substring(id.lastIndexOf(':') + 1)))
        .sorted()
        .toList();
  }

  private long pending(String queue) {
    Map<String, Long> counts = mill.counts(queue);
    return counts.get("delayed") + counts.get("waiting");
  }

  /** With spans of time, which depend on when things were done, made equal. */
  private static Map<String, Object> dump(String queue) {
    Map<String, Object> dump = QueueDump.of(queue);
    dump.replaceAll(
        (key, text) ->
            text.toString()
                .replaceAll("(\"?\\b(?:delay|offset)\"?[:=])[1-9]\\d{0,12}\\b", "$1SPAN")
                .replaceAll("\\b1[6-9]\\d{11}\\b", "TIME"));
    return dump;
  }

  /** What a chain's step left: the schedulers, the jobs to come, and what was told of them. */
  private static Map<String, Object> chain(String queue) {
    Map<String, Object> chain = new TreeMap<>(dump(queue));
    for (String key : List.of("meta", "marker", "completed", "stalled")) {
      chain.remove(key);
    }
    for (String id : TestRedis.observer().zrange(TestRedis.key(queue, "completed"), 0, -1)) {
      TestRedis.observer().del(TestRedis.key(queue, id));
    }
    Map<String, Object> rest = dump(queue);
    chain.keySet().retainAll(rest.keySet());
    chain.replaceAll((key, text) -> rest.get(key));
    chain.computeIfPresent(
        "events",
        (key, text) ->
            String.join(
                "\n",
                text.toString()
                    .lines()
                    .filter(line -> line.matches("event=(added|delayed|duplicated) .*"))
                    .toList()));
    return chain;
  }
}
