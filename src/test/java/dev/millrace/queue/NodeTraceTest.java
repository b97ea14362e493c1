package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a job's life leaves in Redis is the same whether Node or the engine led it. */
class NodeTraceTest {

  /** Adds and works jobs as a Node program would: QUEUE, SCENARIO. */
  private static final String LIVE =
      """
      const [name, scenario] = args;
      const queue = queue6(name);
      const fail = async () => {
        throw new Error('no luck');
      };
      const scenarios = {
        'retried-at-once': [[{ attempts: 2 }], fail, 1],
        'retried-later': [[{ attempts: 2, backoff: { type: 'fixed', delay: 50 } }], fail, 1],
        'once': [[{}], fail, 1],
        'unrecoverable': [
          [{ attempts: 3 }],
          async () => {
            throw new v6.UnrecoverableError('no luck');
          },
          1,
        ],
        'removed': [[{ removeOnComplete: true }], async () => 'done', 1],
        'delayed': [[{ delay: 300 }], async () => 'done', 1],
        'prioritized': [[{ priority: 3 }], async () => 'done', 1],
        'duplicated': [[{ jobId: 'mine' }, { jobId: 'mine' }], async () => 'done', 1],
        'deduplicated': [
          [{ deduplication: { id: 'one' } }, { deduplication: { id: 'one' } }],
          async () => 'done',
          1,
        ],
        'kept': [
          [{ deduplication: { id: 'one', keepLastIfActive: true } }],
          async (job) => {
            if (job.id === '1') {
              await queue.add('live', { n: 1 }, { deduplication: { id: 'one', keepLastIfActive: true } });
            }
            return 'done';
          },
          2,
        ],
        'put-off': [
          [{}],
          async (job, token) => {
            if (job.attemptsStarted === 1) {
              await job.moveToDelayed(Date.now() + 50, token);
              throw new v6.DelayedError();
            }
            return 'done';
          },
          1,
        ],
        'stalled': [[], async () => 'done', 1],
      };
      const [adds, processor, ends] = scenarios[scenario];
      for (const options of adds) {
        await queue.add('live', { n: 1 }, options);
      }
      let left = ends;
      const worker = new v6.Worker(name, processor, { connection: connection(), prefix, drainDelay: 1 });
      await new Promise((done) => {
        const ended = (job) => {
          if (job.finishedOn && --left === 0) done();
        };
        worker.on('completed', ended);
        worker.on('failed', ended);
      });
      await worker.close();
      """;

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "retried-at-once",
        "retried-later",
        "once",
        "unrecoverable",
        "removed",
        "delayed",
        "prioritized",
        "duplicated",
        "deduplicated",
        "kept",
        "put-off"
      })
  void shouldLeaveTheEventsFieldsAndKeysThatNodeLeaves(String scenario) {
    NodeSession.run(LIVE, theirs, scenario);

    for (JobOptions options : adds(scenario)) {
      add(options);
    }
    work(scenario);
    await()
        .atMost(EngineFixture.SOON)
        .until(
            () ->
                mill.heard.stream().filter(line -> line.matches(".*(COMPLETED|FAILED)")).count()
                    == (scenario.equals("kept") ? 2 : 1));

    assertThat(events(ours)).isEqualTo(events(theirs));
    assertThat(keys(ours)).isEqualTo(keys(theirs));
    assertThat(jobs(ours)).isEqualTo(jobs(theirs));
  }

  @Test
  void shouldRecoverAStalledJobAsNodeDoes() {
    for (String queue : List.of(theirs, ours)) {
      String id = mill.add("elsewhere", "{}", JobOptions.builder().jobId("lost").build()).id();
      TestRedis.observer().rename(TestRedis.key("elsewhere", id), TestRedis.key(queue, id));
      TestRedis.observer().lpush(TestRedis.key(queue, "active"), id);
      TestRedis.observer().sadd(TestRedis.key(queue, "stalled"), id);
    }
    NodeSession.run(LIVE, theirs, "stalled");

    mill.engine.consume(ConsumerOptions.of(ours), run -> run.complete("\"done\""));
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains("lost COMPLETED"));

    assertThat(events(ours)).isEqualTo(events(theirs));
    assertThat(jobs(ours)).isEqualTo(jobs(theirs));
  }

  private void add(JobOptions options) {
    mill.engine.queue(ours).add(new NewJob("live", "{\"n\":1}", options)).join();
  }

  private void work(String scenario) {
    mill.engine.consume(
        ConsumerOptions.of(ours),
        run -> {
          if (scenario.equals("unrecoverable")) {
            run.fail(new IllegalStateException("no luck"), false);
          } else if (scenario.startsWith("retried") || scenario.equals("once")) {
            throw new IllegalStateException("no luck");
          } else if (scenario.equals("put-off") && run.job().attemptsStarted() == 1) {
            run.waitUntil(Instant.now().plusMillis(50));
          } else if (scenario.equals("kept") && run.job().id().equals("1")) {
            add(adds(scenario).get(0));
            run.complete("\"done\"");
          } else {
            run.complete("\"done\"");
          }
        });
  }

  private static List<JobOptions> adds(String scenario) {
    JobOptions.Builder options = JobOptions.builder();
    switch (scenario) {
      case "retried-at-once" -> options.attempts(2);
      case "retried-later" ->
          options.attempts(2).backoff(new Backoff(Backoff.Type.FIXED, Duration.ofMillis(50), 0));
      case "unrecoverable" -> options.attempts(3);
      case "removed" -> options.removeOnComplete(Retention.NONE);
      case "delayed" -> options.delay(Duration.ofMillis(300));
      case "prioritized" -> options.priority(3);
      case "duplicated" -> options.jobId("mine");
      case "kept" -> options.deduplication(Deduplication.keepLast("one"));
      case "deduplicated" -> options.deduplication(Deduplication.untilDone("one"));
      default -> options.attempts(0);
    }
    boolean twice = scenario.equals("duplicated") || scenario.equals("deduplicated");
    return twice ? List.of(options.build(), options.build()) : List.of(options.build());
  }

  private static List<String> events(String queue) {
    return TestRedis.observer()
        .xrange(TestRedis.key(queue, "events"), io.lettuce.core.Range.unbounded())
        .stream()
        .map(
            entry ->
                entry.getBody().entrySet().stream()
                    .map(Object::toString)
                    .collect(Collectors.joining(" "))
                    .replaceAll("=\\d{13}\\b", "=TIME"))
        .toList();
  }

  /** Names of all keys of the queue but the marker, which says when somebody looked last. */
  private static TreeSet<String> keys(String queue) {
    TreeSet<String> keys = new TreeSet<>();
    TestRedis.observer()
        .keys(TestRedis.key(queue, "*"))
        .forEach(key -> keys.add(key.substring(TestRedis.key(queue, "").length())));
    keys.removeAll(List.of("marker", "stalled-check"));
    return keys;
  }

  private static Map<String, Map<String, String>> jobs(String queue) {
    Map<String, Map<String, String>> jobs = new TreeMap<>();
    for (String id : keys(queue)) {
      if (id.matches("\\d+|mine|lost")) {
        Map<String, String> job =
            new TreeMap<>(TestRedis.observer().hgetall(TestRedis.key(queue, id)));
        job.computeIfPresent(
            "opts", (field, value) -> Json.read("opts", value).size() + " options");
        job.computeIfPresent(
            "stacktrace", (field, value) -> Json.read("stacktrace", value).size() + " traces");
        job.replaceAll((field, value) -> value.matches("\\d{13}") ? "TIME" : value);
        // Who worked it; only Node workers with a name and the engine say so.
        job.remove("pb");
        jobs.put(id, job);
      }
    }
    return jobs;
  }
}
