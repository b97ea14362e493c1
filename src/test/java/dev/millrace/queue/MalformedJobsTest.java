package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a foreign client wrote into a job: the job runs, or fails with a reason that names the
 * field; it is never lost, and the next job of its queue completes.
 */
class MalformedJobsTest {

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

  private void consume() {
    mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("\"ran\""));
  }

  /** Fails every attempt of the job and completes all others. */
  private void consumeFailing(String id) {
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          if (run.job().id().equals(id)) {
            throw new IllegalStateException("no luck");
          }
          run.complete("\"ran\"");
        });
  }

  private void goodJobCompletes() {
    String good = mill.add(queue, "{}").id();
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(good + " COMPLETED"));
  }

  private boolean isIn(String set, String id) {
    return TestRedis.observer().zscore(TestRedis.key(queue, set), id) != null;
  }

  /** The job is in the set and nowhere else, and nothing of a run is left. */
  private void endsIn(String set, String id) {
    await().atMost(EngineFixture.SOON).until(() -> isIn(set, id));
    for (String other : List.of("completed", "failed", "delayed", "prioritized")) {
      assertThat(isIn(other, id)).as(other).isEqualTo(other.equals(set));
    }
    for (String list : List.of("wait", "active")) {
      assertThat(TestRedis.observer().lrange(TestRedis.key(queue, list), 0, -1))
          .as(list)
          .doesNotContain(id);
    }
    assertThat(TestRedis.observer().exists(key(id) + ":lock")).isZero();
  }

  private String reason(String id) {
    return TestRedis.observer().hget(key(id), "failedReason");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "42",
        "true",
        "\"text\"",
        "{\"attempts\":\"x\"}",
        "{\"attempts\":null,\"delay\":{},\"priority\":[[[]]],\"lifo\":\"no\"}",
        "{\"attempts\":-3}",
        "{\"attempts\":1e400}",
        "{\"priority\":\"NaN\"}",
        "{\"delay\":-5}",
        "{\"delay\":1e300}",
        "{\"backoff\":\"soon\"}",
        "{\"backoff\":{\"type\":{},\"delay\":\"x\",\"jitter\":\"y\"}}",
        "{\"removeOnComplete\":\"yes\",\"removeOnFail\":[1]}",
        "{\"removeOnComplete\":{\"count\":\"x\",\"age\":\"y\"}}",
        "{\"de\":\"x\"}",
        "{\"de\":5}",
        "{\"de\":[\"id\"]}",
        "{\"de\":{\"id\":5,\"ttl\":\"x\"}}",
        "{\"de\":{\"id\":{}}}",
        "{\"parent\":\"x\",\"repeat\":7,\"tm\":{},\"kl\":\"x\",\"stackTraceLimit\":\"x\"}",
        "{\"a\":{\"a\":{\"a\":[[[[[[[{\"a\":[]}]]]]]]]}},\"\\u0000\":\"\\ud800\"}",
      })
  void shouldRunAJobWhateverItsOptionsHold(String opts) {
    String id = mill.add(queue, "{}").id();
    TestRedis.observer().hset(key(id), "opts", opts);

    consume();

    endsIn("completed", id);
    goodJobCompletes();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{oops                                    | opts",
        "{\"attempts\":3} trailing                | opts",
        "NaN                                      | opts",
        "{\"attempts\":NaN}                       | opts",
        "{'attempts':3}                           | opts",
        "{\"removeOnComplete\":{\"count\":-7}}    | count",
        "{\"de\":{\"id\":\"\"}}                   | deduplicationId",
      })
  void shouldFailAJobWhoseOptionsCannotBeReadAndNameThem(String opts, String named) {
    String id = mill.add(queue, "{}").id();
    TestRedis.observer().hset(key(id), "opts", opts);

    consume();

    endsIn("failed", id);
    assertThat(reason(id)).contains(named);
    goodJobCompletes();
  }

  @Test
  void shouldFailAJobWhoseOptionsAreNestedDeeperThanAnybodyReads() {
    String id = mill.add(queue, "{}").id();
    TestRedis.observer()
        .hset(key(id), "opts", "{\"a\":" + "[".repeat(3000) + "]".repeat(3000) + "}");

    consume();

    endsIn("failed", id);
    assertThat(reason(id)).contains("opts");
    goodJobCompletes();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "42",
        "{\"attempts\":\"x\",\"backoff\":{}}",
        "{\"removeOnFail\":\"yes\",\"stackTraceLimit\":\"none\"}",
        "{\"removeOnFail\":{\"age\":\"x\",\"limit\":\"y\"}}",
        "{\"removeOnFail\":{\"age\":-5000,\"count\":1e300}}",
      })
  void shouldKeepAFailedJobWhateverItsOptionsHold(String opts) {
    String id = mill.add(queue, "{}").id();
    TestRedis.observer().hset(key(id), "opts", opts);

    consumeFailing(id);

    endsIn("failed", id);
    assertThat(reason(id)).isEqualTo("no luck");
    goodJobCompletes();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"attempts\":2,\"backoff\":{\"delay\":1e300}}",
        "{\"attempts\":2,\"backoff\":9007199254740991}",
        "{\"attempts\":2,\"backoff\":{\"type\":\"exponential\",\"delay\":9007199254740991}}",
      })
  void shouldPutARetryOffForAsLongAsAScoreReaches(String opts) {
    String id = mill.add(queue, "{}").id();
    TestRedis.observer().hset(key(id), "opts", opts);

    consumeFailing(id);

    endsIn("delayed", id);
    goodJobCompletes();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"attempts\":2,\"backoff\":\"soon\"}",
        "{\"attempts\":2,\"backoff\":-7}",
        "{\"attempts\":2,\"backoff\":[]}",
        "{\"attempts\":\"2\",\"backoff\":{\"delay\":-1}}",
        "{\"attempts\":2,\"lifo\":{}}",
        "{\"attempts\":2.7,\"backoff\":{\"jitter\":1e300}}",
      })
  void shouldRetryAtOnceWithoutABackoffThatCanBeRead(String opts) {
    String id = mill.add(queue, "{}").id();
    TestRedis.observer().hset(key(id), "opts", opts);

    consumeFailing(id);

    endsIn("failed", id);
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " FAILED"));
    assertThat(mill.heard).containsExactly(id + " RETRIED", id + " FAILED");
    goodJobCompletes();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timestamp    | yesterday | timestamp",
        "timestamp    | -Inf      | timestamp",
        "priority     | NaN?      | priority",
        "priority     | high      | priority",
        "atm          | many      | atm",
        "atm          | []        | atm",
        "attemptsMade | one       | attemptsMade",
        "finishedOn   | never     | finishedOn",
        "stacktrace   | [oops     | stacktrace",
        "stacktrace   | none      | stacktrace",
      })
  void shouldFailAJobWithABrokenFieldAndNameIt(String field, String value, String named) {
    String id = mill.add(queue, "{}").id();
    TestRedis.observer().hset(key(id), field, value);

    consume();

    endsIn("failed", id);
    assertThat(reason(id)).contains(named);
    goodJobCompletes();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "MISSING",
      value = {
        "timestamp    | MISSING",
        "timestamp    | ''",
        "timestamp    | 1e300",
        "timestamp    | -1",
        "timestamp    | NaN",
        "name         | MISSING",
        "name         | ''",
        "data         | MISSING",
        "data         | ''",
        "data         | {oops",
        "opts         | MISSING",
        "priority     | MISSING",
        "priority     | NaN",
        "priority     | -4",
        "priority     | 2.5",
        "delay        | soon",
        "delay        | MISSING",
        "ats          | many",
        "stc          | often",
        "atm          | 1e300",
        "attemptsMade | NaN",
        "stacktrace   | ''",
        "stacktrace   | {}",
        "stacktrace   | 7",
        "stacktrace   | [[],{},null,5]",
        "processedOn  | then",
        "returnvalue  | {oops",
        "progress     | {oops",
        "parent       | {oops",
        "parent       | null",
        "parent       | []",
        "parent       | {\"id\":{},\"queueKey\":[]}",
        "parentKey    | nonsense",
        "parentKey    | ''",
        "deid         | ''",
        "deid         | a:b:c",
        "rjk          | {}",
        "pb           | ''",
        "tm           | {oops",
        "unheard-of   | {oops",
      })
  void shouldRunAJobWithAStrangeFieldThatDoesNotMatter(String field, String value) {
    String id = mill.add(queue, "{}").id();
    if (value == null) {
      TestRedis.observer().hdel(key(id), field);
    } else {
      TestRedis.observer().hset(key(id), field, value);
    }

    consume();

    endsIn("completed", id);
    goodJobCompletes();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "MISSING",
      value = {
        "timestamp  | MISSING",
        "timestamp  | yesterday",
        "priority   | NaN",
        "priority   | high",
        "atm        | many",
        "opts       | {oops",
        "opts       | null",
        "stacktrace | {oops",
        "deid       | gone",
        "parent     | {oops",
      })
  void shouldEndAJobWhoseHashBrokeWhileItRan(String field, String value) {
    JobOptions twice = JobOptions.builder().attempts(2).build();
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          if (run.job().attemptsStarted() == 1 && run.job().options().attempts() == 2) {
            if (value == null) {
              TestRedis.observer().hdel(key(run.job().id()), field);
            } else {
              TestRedis.observer().hset(key(run.job().id()), field, value);
            }
            throw new IllegalStateException("no luck");
          }
          run.complete("\"ran\"");
        });
    String id = mill.add(queue, "{}", twice).id();

    await().atMost(EngineFixture.SOON).until(() -> isIn("completed", id) || isIn("failed", id));
    endsIn(isIn("failed", id) ? "failed" : "completed", id);
    goodJobCompletes();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "MISSING",
      value = {
        "timestamp | MISSING",
        "timestamp | soon",
        "priority  | NaN",
        "priority  | high",
        "opts      | {oops",
        "delay     | soon",
      })
  void shouldNotLoseADelayedJobWhoseHashIsBroken(String field, String value) {
    JobOptions later = JobOptions.builder().delay(Duration.ofMillis(300)).build();
    String id = mill.add(queue, "{}", later).id();
    if (value == null) {
      TestRedis.observer().hdel(key(id), field);
    } else {
      TestRedis.observer().hset(key(id), field, value);
    }

    consume();

    await().atMost(EngineFixture.SOON).until(() -> isIn("completed", id) || isIn("failed", id));
    goodJobCompletes();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stc       | often",
        "stc       | 1.5",
        "timestamp | yesterday",
        "rjk       | {}",
        "opts      | {oops",
      })
  void shouldRecoverAStalledJobWithABrokenField(String field, String value) {
    List<String> ids = mill.addMany(queue, 2).stream().map(AddedJob::id).toList();
    for (String id : ids) {
      TestRedis.observer().lrem(TestRedis.key(queue, "wait"), 1, id);
      TestRedis.observer().lpush(TestRedis.key(queue, "active"), id);
      TestRedis.observer().sadd(TestRedis.key(queue, "stalled"), id);
      TestRedis.observer().hset(key(id), field, value);
    }

    consume();

    for (String id : ids) {
      await().atMost(EngineFixture.SOON).until(() -> isIn("completed", id) || isIn("failed", id));
    }
    goodJobCompletes();
  }

  @Test
  void shouldPassOverIdsWithoutAJob() {
    for (String id : List.of("", "ghost", "0:", "0:7", "bull:x:1", "ghost:lock", "ü\u0001")) {
      TestRedis.observer().rpush(TestRedis.key(queue, "wait"), id);
      TestRedis.observer().zadd(TestRedis.key(queue, "prioritized"), 5, "p" + id);
      TestRedis.observer().zadd(TestRedis.key(queue, "delayed"), 5, "d" + id);
    }

    consume();
    goodJobCompletes();

    Map<String, Long> empty =
        Map.of("waiting", 0L, "active", 0L, "delayed", 0L, "prioritized", 0L, "completed", 1L);
    await()
        .atMost(EngineFixture.SOON)
        .untilAsserted(() -> assertThat(mill.counts(queue)).containsAllEntriesOf(empty));
  }

  @Test
  void shouldRunAJobWithBytesThatAreNoText() {
    String id = mill.add(queue, "{}").id();
    byte[] bytes = {'"', (byte) 0xff, 0, (byte) 0xc3, '"'};
    RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", TestRedis.port()));
    try (var connection = client.connect(ByteArrayCodec.INSTANCE)) {
      byte[] key = key(id).getBytes(StandardCharsets.UTF_8);
      connection.sync().hset(key, "data".getBytes(StandardCharsets.UTF_8), bytes);
      connection.sync().hset(key, "name".getBytes(StandardCharsets.UTF_8), bytes);

      consume();

      endsIn("completed", id);
      assertThat(connection.sync().hget(key, "data".getBytes(StandardCharsets.UTF_8)))
          .isEqualTo(bytes);
    } finally {
      client.shutdown();
    }
    goodJobCompletes();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{delay: Number.MAX_SAFE_INTEGER}",
        "{delay: -5}",
        "{delay: 0.25}",
        "{delay: '7'}",
        "{delay: 'soon'}",
        "{priority: 2097151}",
        "{priority: -5}",
        "{priority: '7'}",
        "{attempts: Number.MAX_SAFE_INTEGER}",
        "{attempts: 'x', backoff: 'y', removeOnComplete: 'z'}",
        "{timestamp: -1}",
        "{timestamp: 'yesterday'}",
        "{timestamp: NaN}",
        "{removeOnComplete: {age: 0.5, count: 1.5}}",
        "{deduplication: {id: 'a:b', ttl: 0.5}}",
        "{deduplication: {id: 7}}",
        "{jobId: 'a:b:c'}",
        "{jobId: 'ü 1\\n'}",
        "{repeatJobKey: 'x'}",
        "{telemetry: {metadata: 7}}",
        "{parent: {id: 'x', queue: 'nonsense'}}",
        "{sizeLimit: 'x'}",
      })
  void shouldGoOnBesideWhatNodesClientLetsThrough(String options) {
    consume();

    boolean added =
        NodeSession.run(
                "return queue6(args[0]).add('node', {n: 1}, eval('(' + args[1] + ')'))"
                    + ".then(job => job.id, () => null)",
                queue,
                options)
            .isTextual();

    goodJobCompletes();
    if (added) {
      await()
          .atMost(EngineFixture.SOON)
          .until(
              () -> {
                Map<String, Long> counts = mill.counts(queue);
                return counts.get("completed") + counts.get("failed") + counts.get("delayed") >= 2
                        || options.contains("removeOnComplete")
                    ? counts.get("waiting") + counts.get("active") + counts.get("prioritized") == 0
                    : false;
              });
    }
  }
}
