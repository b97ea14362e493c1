package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A key of a queue is not what BullMQ makes it: the other queues do not notice, no job is lost, and
 * the queue goes on by itself once the key is mended.
 */
class BrokenKeysTest {

  private static final Duration MENDED = Duration.ofSeconds(20);

  private final EngineFixture mill =
      new EngineFixture(
          EngineFixture.options()
              .withBlockTimeout(Duration.ofSeconds(1))
              .withStalledInterval(Duration.ofMillis(500)));
  private final String queue = EngineFixture.queueName();
  private final String other = EngineFixture.queueName();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @AfterEach
  void close() {
    mill.close();
  }

  private String key(String name) {
    return TestRedis.key(queue, name);
  }

  /** Puts a value of that type in the place of the key. */
  private void breakKey(String name, String type) {
    var redis = TestRedis.observer();
    redis.del(key(name));
    switch (type) {
      case "string" -> redis.set(key(name), "oops");
      case "hash" -> redis.hset(key(name), "oops", "1");
      case "list" -> redis.rpush(key(name), "oops");
      case "set" -> redis.sadd(key(name), "oops");
      case "zset" -> redis.zadd(key(name), 1, "oops");
      default -> throw new IllegalArgumentException(type);
    }
  }

  private void consume(String name) {
    mill.engine.consume(ConsumerOptions.of(name), run -> run.complete("null"));
  }

  private Set<String> completed(String name) {
    return Set.copyOf(TestRedis.observer().zrange(TestRedis.key(name, "completed"), 0, -1));
  }

  private void complete(String name, Duration soon, List<String> ids) {
    await().atMost(soon).until(() -> completed(name).containsAll(ids));
  }

  private void otherQueueWorks() {
    complete(other, EngineFixture.SOON, List.of(mill.add(other, "{}").id()));
  }

  @ParameterizedTest
  @CsvSource({
    "meta, string",
    "meta, list",
    "wait, hash",
    "wait, string",
    "active, hash",
    "prioritized, list",
    "marker, string",
    "marker, hash",
    "stalled, list",
    "completed, hash",
    "limiter, list",
    "pc, list",
    "events, string",
    "id, list",
    "delayed, list",
  })
  void shouldWorkAllOtherQueuesAndThisOneAgainWhenItsKeyIsMended(String name, String type) {
    List<String> ids = mill.addMany(queue, 2).stream().map(AddedJob::id).toList();
    List<String> kept = TestRedis.observer().lrange(key("wait"), 0, -1);
    breakKey(name, type);
    consume(queue);
    consume(other);
    otherQueueWorks();
    otherQueueWorks();

    TestRedis.observer().del(key(name));
    if (name.equals("wait")) {
      TestRedis.observer().rpush(key("wait"), kept.toArray(String[]::new));
    }

    complete(queue, MENDED, ids);
    complete(queue, EngineFixture.SOON, List.of(mill.add(queue, "{}").id()));
  }

  @ParameterizedTest
  @CsvSource({"marker, string", "marker, hash", "events, string", "events, list"})
  void shouldGoOnWithoutAKeyThatOnlyTellsOfJobs(String name, String type) {
    breakKey(name, type);
    consume(queue);
    TestRedis.observer().lpush(key("wait"), "mine");
    TestRedis.observer().hset(key("mine"), Map.of("name", "x", "timestamp", "1"));

    complete(queue, MENDED, List.of("mine"));
    assertThat(TestRedis.observer().type(key(name))).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"wait", "meta", "id"})
  void shouldTellWhoAddsThatAKeyIsOfAnotherType(String name) {
    breakKey(name, "set");

    assertThatThrownBy(() -> mill.add(queue, "{}"))
        .hasMessageContaining("script ADD on " + key("meta"))
        .hasMessageContaining("not of the type")
        .hasMessageContaining("WRONGTYPE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"string", "list", "zset"})
  void shouldNotStumbleOverAnIdWhoseKeyIsNoJob(String type) {
    List<String> before = mill.addMany(queue, 2).stream().map(AddedJob::id).toList();
    String strange = mill.add(queue, "{}").id();
    List<String> after = mill.addMany(queue, 2).stream().map(AddedJob::id).toList();
    breakKey(strange, type);

    mill.engine.consume(ConsumerOptions.of(queue).withConcurrency(3), run -> run.complete("null"));

    complete(queue, EngineFixture.SOON, Stream.concat(before.stream(), after.stream()).toList());
    assertThat(TestRedis.observer().type(key(strange))).isEqualTo(type);
    await().atMost(EngineFixture.SOON).until(() -> mill.counts(queue).get("active") == 0);
  }

  @Test
  void shouldNotStumbleOverADelayedIdWhoseKeyIsNoJob() {
    JobOptions later = JobOptions.builder().delay(Duration.ofMillis(200)).build();
    String strange = mill.add(queue, "{}", later).id();
    String good = mill.add(queue, "{}", later).id();
    breakKey(strange, "list");

    consume(queue);

    complete(queue, EngineFixture.SOON, List.of(good));
    complete(queue, EngineFixture.SOON, List.of(mill.add(queue, "{}").id()));
  }

  @Test
  void shouldNotLoseDueJobsWhenTheyCannotBePutIntoWait() {
    JobOptions later = JobOptions.builder().delay(Duration.ofMillis(100)).build();
    List<String> ids = Stream.generate(() -> mill.add(queue, "{}", later).id()).limit(3).toList();
    breakKey("wait", "hash");
    consume(queue);
    consume(other);
    otherQueueWorks();
    await()
        .during(Duration.ofMillis(500))
        .atMost(EngineFixture.SOON)
        .until(() -> mill.heard.size() == 1);

    TestRedis.observer().del(key("wait"));

    complete(queue, MENDED, ids);
  }

  @Test
  void shouldRecoverTheStalledJobsOfOtherQueuesBesideABrokenOne() {
    breakKey("active", "string");
    TestRedis.observer().lpush(TestRedis.key(other, "active"), "left");
    TestRedis.observer().hset(TestRedis.key(other, "left"), Map.of("name", "x", "timestamp", "1"));

    consume(queue);
    consume(other);

    complete(other, EngineFixture.SOON, List.of("left"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lots", "-1", "1.5", "1e400", "99999999999999999999", ""})
  void shouldWriteJobsWhateverTheLengthOfTheEventsStreamIs(String length) {
    TestRedis.observer().hset(key("meta"), "opts.maxLenEvents", length);
    consume(queue);

    List<String> ids = mill.addMany(queue, 2).stream().map(AddedJob::id).toList();

    complete(queue, EngineFixture.SOON, ids);
  }

  @ParameterizedTest
  @CsvSource({
    "concurrency, many",
    "concurrency, 1e400",
    "concurrency, 1.5",
    "max, lots",
    "max, 1e400",
    "duration, long",
    "version, 7",
    "unheard-of, {oops",
  })
  void shouldWorkWhateverTheQueuesSettingsHold(String field, String value) {
    TestRedis.observer().hset(key("meta"), Map.of("max", "100", "duration", "100"));
    TestRedis.observer().hset(key("meta"), field, value);
    consume(queue);

    List<String> ids = mill.addMany(queue, 2).stream().map(AddedJob::id).toList();

    complete(queue, EngineFixture.SOON, ids);
  }

  @Test
  void shouldStartJobsAlthoughTheCountOfARateLimitIsNoNumber() {
    TestRedis.observer().hset(key("meta"), Map.of("max", "2", "duration", "100"));
    TestRedis.observer().set(key("limiter"), "oops");
    consume(queue);

    List<String> ids = mill.addMany(queue, 2).stream().map(AddedJob::id).toList();

    complete(queue, MENDED, ids);
  }

  @ParameterizedTest
  @CsvSource({"junk, 0", "1, Infinity", "1, -Infinity", "0, 1e300", "'', 5"})
  void shouldNotMindAMarkerThatNobodyKnows(String member, double score) {
    consume(queue);
    TestRedis.observer().zadd(key("marker"), score, member);

    complete(queue, EngineFixture.SOON, List.of(mill.add(queue, "{}").id()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Infinity", "-Infinity", "1e300", "-1e300"})
  void shouldNotMindAScoreThatIsNoTime(double score) {
    TestRedis.observer().zadd(key("delayed"), score, "far");
    TestRedis.observer().hset(key("far"), Map.of("name", "x", "timestamp", "1"));
    consume(queue);

    complete(queue, EngineFixture.SOON, List.of(mill.add(queue, "{}").id()));
    assertThat(
            completed(queue).contains("far")
                || TestRedis.observer().zscore(key("delayed"), "far") != null)
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "hash"})
  void shouldEndAJobWhoseDeduplicationKeyIsBroken(String type) {
    JobOptions once = JobOptions.builder().deduplication(Deduplication.untilDone("one")).build();
    String id = mill.add(queue, "{}", once).id();
    breakKey("de:one", type);
    consume(queue);

    complete(queue, EngineFixture.SOON, List.of(id));
    complete(queue, EngineFixture.SOON, List.of(mill.add(queue, "{}").id()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{oops",
        "null",
        "{\"de\":\"x\"}",
        "{\"de\":{\"id\":{}}}",
        "{\"de\":{\"id\":\"one\",\"ttl\":\"x\"}}",
        "{\"delay\":\"soon\"}",
        "{\"delay\":-5,\"priority\":\"x\"}",
      })
  void shouldEndAJobWhoseSuccessorIsMalformed(String opts) {
    JobOptions once = JobOptions.builder().deduplication(Deduplication.keepLast("one")).build();
    String id = mill.add(queue, "{}", once).id();
    TestRedis.observer().hset(key("dn:one"), Map.of("name", "x", "data", "{}", "opts", opts));
    consume(queue);

    complete(queue, EngineFixture.SOON, List.of(id));
    complete(queue, EngineFixture.SOON, List.of(mill.add(queue, "{}").id()));
  }

  @Test
  void shouldEndAJobWhoseSuccessorHasNoName() {
    JobOptions once = JobOptions.builder().deduplication(Deduplication.keepLast("one")).build();
    String id = mill.add(queue, "{}", once).id();
    TestRedis.observer().hset(key("dn:one"), "opts", "{}");
    consume(queue);

    complete(queue, EngineFixture.SOON, List.of(id));
    complete(queue, EngineFixture.SOON, List.of(mill.add(queue, "{}").id()));
  }

  @Test
  void shouldRunWhatOfABatchWasAddedBeforeItBroke() {
    consume(queue);
    breakKey("de:one", "list");
    JobOptions broken = JobOptions.builder().deduplication(Deduplication.untilDone("one")).build();

    assertThatThrownBy(
            () ->
                mill.engine
                    .queue(queue)
                    .addAll(
                        List.of(
                            new NewJob("first", "{}", JobOptions.DEFAULT),
                            new NewJob("second", "{}", broken)))
                    .join())
        .hasMessageContaining("WRONGTYPE");

    await().atMost(MENDED).until(() -> mill.counts(queue).get("waiting") == 0);
    assertThat(jobs()).isSubsetOf(completed(queue));
  }

  /** The hashes of jobs that there are. */
  private Set<String> jobs() {
    return TestRedis.observer().keys(key("*")).stream()
        .map(name -> name.substring(key("").length()))
        .filter(name -> name.matches("\\d+"))
        .collect(Collectors.toSet());
  }
}
