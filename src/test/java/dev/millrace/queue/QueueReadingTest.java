package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What managing tells of a queue is what BullMQ tells; limits are understood both ways. */
class QueueReadingTest {

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

  private void fill() {
    node(
        """
        for (const id of ['a', 'b', 'c', 'd', 'e']) await q.add('n', {id}, {jobId: id});
        for (const p of [1, 2, 2]) await q.add('n', {}, {priority: p});
        for (const d of [1, 2, 3]) await q.add('n', {}, {delay: d * 60000});
        const flows = new v6.FlowProducer({connection: connection(), prefix});
        await flows.add({name: 'n', queueName: args[0], opts: {jobId: 'p'}, children: [{name: 'n', queueName: args[0], opts: {jobId: 'x'}}]});
        await flows.close();
        const worker = new v6.Worker(args[0], null, {connection: connection(), prefix});
        await (await worker.getNextJob('t')).moveToCompleted('yes', 't', false);
        await (await worker.getNextJob('t')).moveToFailed(new Error('no'), 't', false);
        await worker.getNextJob('t');
        await worker.close();
        """);
  }

  @Test
  void shouldCountAsNodeDoes() {
    fill();

    Map<JobState, Long> counts = admin.counts().join();

    JsonNode theirs = node("return await q.getJobCounts()");
    assertThat(theirs.size()).isEqualTo(JobState.values().length - 1);
    theirs
        .properties()
        .forEach(
            f ->
                assertThat(counts)
                    .containsEntry(JobState.find(f.getKey()).orElseThrow(), f.getValue().asLong()));
    assertThat(counts).containsEntry(JobState.PAUSED, 0L);
    JsonNode priorities = node("return await q.getCountsPerPriority([0, 1, 2, 3])");
    admin
        .countsPerPriority(List.of(0, 1, 2, 3))
        .join()
        .forEach((p, n) -> assertThat(n).isEqualTo(priorities.get("" + p).asLong()));
  }

  @ParameterizedTest
  @EnumSource(names = "PAUSED", mode = EnumSource.Mode.EXCLUDE)
  void shouldPageAsNodeDoes(JobState state) {
    fill();
    for (boolean ascending : List.of(true, false)) {
      for (String range : List.of("0,-1", "0,0", "1,2", "2,-1", "5,9", "-1,-1")) {
        long start = Long.parseLong(range.split(",")[0]);
        long end = Long.parseLong(range.split(",")[1]);
        List<String> theirs = new ArrayList<>();
        node(
                "return (await q.getJobs([args[1]], args[2], args[3], args[4])).map((j) => j.id)",
                state.text(),
                start,
                end,
                ascending)
            .forEach(id -> theirs.add(id.asText()));
        assertThat(ids(admin.jobs(state, start, end, ascending).join()))
            .as("%s %s %s", state, range, ascending)
            .isEqualTo(theirs);
      }
    }
  }

  private static List<String> ids(Collection<Job> jobs) {
    return jobs.stream().map(Job::id).toList();
  }

  @Test
  void shouldReadSeveralStatesAndTellEachJobsOwn() {
    fill();
    List<Job> jobs = admin.jobs(List.of(JobState.values()), 0, -1, true).join();
    assertThat(jobs).hasSize(13);
    for (Job job : jobs) {
      assertThat(admin.job(job.id()).state().join().orElseThrow().text())
          .isEqualTo(node("return await q.getJobState(args[1])", job.id()).asText());
    }
    assertThat(admin.job("none").state().join()).isEmpty();
    assertThat(admin.job("a").get().join().orElseThrow().returnValue()).isEqualTo("\"yes\"");
    assertThat(admin.job("none").get().join()).isEmpty();
  }

  @Test
  void shouldFindWhatFivePausedWaiting() {
    node("await q.add('n', {}, {jobId: 'a'}); await queue5(args[0]).pause();");
    assertThat(admin.job("a").state().join()).contains(JobState.WAITING);
    assertThat(ids(admin.jobs(JobState.PAUSED, 0, -1, true).join())).containsExactly("a");
    assertThat(admin.counts().join())
        .containsEntry(JobState.PAUSED, 1L)
        .containsEntry(JobState.WAITING, 0L);
  }

  @ParameterizedTest
  @CsvSource({"0,-1,true", "0,-1,false", "1,2,true", "1,2,false", "3,9,true", "0,0,false"})
  void shouldReadLogsAsNodeDoes(long start, long end, boolean ascending) {
    node(
        "await q.add('n', {}, {jobId: 'a'}); for (const n of [1, 2, 3, 4]) await q.addJobLog('a', 'line ' + n);");
    JsonNode theirs =
        node("return await q.getJobLogs('a', args[1], args[2], args[3])", start, end, ascending);

    JobLogs logs = admin.job("a").logs(start, end, ascending).join();

    List<String> lines = new ArrayList<>();
    theirs.get("logs").forEach(line -> lines.add(line.asText()));
    assertThat(logs.lines()).isEqualTo(lines);
    assertThat(logs.total()).isEqualTo(theirs.get("count").asLong());
  }

  @Test
  void shouldReadJobsWhoseHashIsBroken() {
    mill.add(queue, "{}", JobOptions.builder().jobId("a").build());
    mill.add(queue, "{}", JobOptions.builder().jobId("b").build());
    TestRedis.observer().hset(TestRedis.key(queue, "a"), "opts", "{broken");

    List<Job> jobs = admin.jobs(JobState.WAITING, 0, -1, true).join();

    assertThat(ids(jobs)).containsExactly("a", "b");
    assertThat(jobs.get(0).deferredFailure()).contains("cannot be read");
    // And such a job can be managed.
    admin.job("a").changePriority(3, false).join();
    assertThat(admin.job("a").addLog("looked at").join()).isEqualTo(1);
    assertThat(admin.job("a").remove().join()).isTrue();
  }

  @Test
  void shouldReadLimitsThatNodeSet() {
    assertThat(admin.limits().concurrency().join()).isEmpty();
    assertThat(admin.limits().rateLimit().join()).isEmpty();
    assertThat(admin.limits().limitedFor().join()).isZero();
    node(
        "await q.setGlobalConcurrency(4); await q.setGlobalRateLimit(5, 1500); await q.rateLimit(60000);");

    assertThat(admin.limits().concurrency().join()).hasValue(4);
    assertThat(admin.limits().rateLimit().join())
        .contains(new QueueLimits.RateLimit(5, Duration.ofMillis(1500)));
    assertThat(admin.limits().limitedFor().join())
        .isBetween(Duration.ofSeconds(50), Duration.ofMinutes(1));
    assertThat(admin.limits().free().join()).isTrue();
    assertThat(admin.limits().free().join()).isFalse();
    assertThat(node("return await q.getRateLimitTtl()").asLong()).isZero();
  }

  @Test
  void shouldLetNodeReadLimitsThatWeSet() {
    admin.limits().setConcurrency(3).join();
    admin.limits().setRateLimit(new QueueLimits.RateLimit(7, Duration.ofSeconds(2))).join();
    admin.limits().limitFor(Duration.ofMinutes(1)).join();

    assertThat(node("return await q.getGlobalConcurrency()").asInt()).isEqualTo(3);
    assertThat(node("return await q.getGlobalRateLimit()").toString())
        .isEqualTo("{\"max\":7,\"duration\":2000}");
    assertThat(node("return await q.getRateLimitTtl()").asLong()).isBetween(50_000L, 60_000L);
    assertThat(admin.limits().removeConcurrency().join()).isTrue();
    assertThat(admin.limits().removeConcurrency().join()).isFalse();
  }

  @Test
  void shouldWakeASleepingConsumerWhenTheGlobalConcurrencyGrows() {
    node(
        """
        await q.setGlobalConcurrency(1);
        for (const id of ['a', 'b']) await q.add('n', {}, {jobId: id});
        const worker = new v6.Worker(args[0], null, {connection: connection(), prefix});
        await worker.getNextJob('t');
        await worker.close();
        await redis().del(q.toKey('marker'));
        """);
    QueueConsumer consumer =
        mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("1"));
    await().atMost(EngineFixture.SOON).until(() -> mill.engine.health().alive());

    admin.limits().setConcurrency(2).join();

    await().atMost(EngineFixture.SOON).until(() -> mill.job(queue, "b").finishedOn() != null);
    consumer.close(Duration.ZERO).join();
  }

  @Test
  void shouldReadMetricsThatNodeCollects() {
    assertThat(admin.metrics(JobState.COMPLETED, 0, -1).join())
        .isEqualTo(new JobMetrics(0, null, 0, List.of(), 0));
    TestRedis.observer()
        .hset(
            TestRedis.key(queue, "metrics:failed"),
            Map.of("count", "9", "prevTS", "1500000000000", "prevCount", "7"));
    TestRedis.observer().rpush(TestRedis.key(queue, "metrics:failed:data"), "3", "0", "4");

    JobMetrics metrics = admin.metrics(JobState.FAILED, 0, 1).join();

    assertThat(metrics)
        .isEqualTo(new JobMetrics(9, Instant.ofEpochMilli(1500000000000L), 7, List.of(3L, 0L), 3));
    assertThat(node("return await q.getMetrics('failed', 0, 1)").toString())
        .isEqualTo(
            "{\"meta\":{\"count\":9,\"prevTS\":1500000000000,\"prevCount\":7},\"data\":[3,0],\"count\":3}");
  }

  @Test
  @DisabledIfSystemProperty(
      named = "millrace.test.redis",
      matches = "cluster",
      disabledReason = "not all of BullMQ's workers name their connections on a cluster")
  void shouldListTheWorkersThatNodeLists() {
    assertThat(admin.workers().join()).isEmpty();
    node(
        """
        kept.workers = [];
        for (const more of [{}, {name: 'ada'}]) {
          const worker = new v6.Worker(args[0], async () => 1, {connection: connection(), prefix, ...more});
          await worker.waitUntilReady();
          kept.workers.push(worker);
        }
        """);
    try {
      await()
          .atMost(EngineFixture.SOON)
          .untilAsserted(
              () ->
                  assertThat(admin.workers().join().stream().map(WorkerClient::name).toList())
                      .containsExactlyInAnyOrder(null, "ada"));
      assertThat(node("return (await q.getWorkers()).length").asInt()).isEqualTo(2);
      assertThat(admin.workers().join().get(0).address()).contains(":");
    } finally {
      node("await Promise.all(kept.workers.map((w) => w.close()));");
    }
  }
}
