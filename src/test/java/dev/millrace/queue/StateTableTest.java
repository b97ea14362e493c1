package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.NodeSession;
import dev.millrace.QueueDump;
import dev.millrace.TestRedis;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an add leaves in Redis is, key by key and field by field, what BullMQ's client leaves. */
class StateTableTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

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

  static List<Arguments> adds() {
    return List.of(
        Arguments.of("standard", "{timestamp: 1500000000000}", at()),
        Arguments.of("lifo", "{timestamp: 1500000000000, lifo: true}", at().lifo(true)),
        Arguments.of("prioritized", "{timestamp: 1500000000000, priority: 7}", at().priority(7)),
        Arguments.of("custom id", "{timestamp: 1500000000000, jobId: 'mine'}", at().jobId("mine")),
        Arguments.of("delayed", "{timestamp: 1500000000000, delay: 500}", at().delay(ms(500))),
        Arguments.of(
            "delayed with priority",
            "{timestamp: 1500000000000, delay: 500, priority: 3}",
            at().delay(ms(500)).priority(3)),
        Arguments.of(
            "retention",
            "{timestamp: 1500000000000, removeOnComplete: true, removeOnFail: {age: 60, count: 5}}",
            at().removeOnComplete(Retention.NONE)
                .removeOnFail(new Retention(5, Duration.ofMinutes(1)))),
        Arguments.of(
            "attempts",
            "{timestamp: 1500000000000, attempts: 3, backoff: {type: 'exponential', delay: 9, jitter: 0.5},"
                + " stackTraceLimit: 2}",
            at().attempts(3)
                .backoff(new Backoff(Backoff.Type.EXPONENTIAL, ms(9), 0.5))
                .stackTraceLimit(2)),
        deduplicated("simple", "{id: 'a'}", Deduplication.untilDone("a"), 0),
        deduplicated("throttle", "{id: 'a', ttl: 60000}", Deduplication.throttle("a", MINUTE), 0),
        deduplicated(
            "extend",
            "{id: 'a', ttl: 60000, extend: true}",
            new Deduplication("a", MINUTE, true, false, false, false),
            0),
        deduplicated(
            "debounce",
            "{id: 'a', ttl: 60000, extend: true, replace: true}",
            Deduplication.debounce("a", MINUTE),
            500),
        deduplicated(
            "replace",
            "{id: 'a', replace: true}",
            new Deduplication("a", null, false, true, false, false),
            500),
        deduplicated(
            "replace with a ttl that stays",
            "{id: 'a', ttl: 60000, replace: true}",
            new Deduplication("a", MINUTE, false, true, false, false),
            500),
        deduplicated(
            "replace what waits",
            "{id: 'a', replace: true}",
            new Deduplication("a", null, false, true, false, false),
            0),
        deduplicated(
            "keep last",
            "{id: 'a', keepLastIfActive: true}",
            Deduplication.keepLast("a"),
            0),
        deduplicated(
            "reschedule",
            "{id: 'a', reschedule: true}",
            new Deduplication("a", null, false, false, false, true),
            500));
  }

  private static Arguments deduplicated(
      String name, String node, Deduplication deduplication, int delay) {
    return Arguments.of(
        "deduplication: " + name,
        "{timestamp: 1500000000000, "
            + (delay > 0 ? "delay: " + delay + ", " : "")
            + "deduplication: "
            + node
            + "}",
        at().delay(ms(delay)).deduplication(deduplication));
  }

  private static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }

  private static JobOptions.Builder at() {
    return JobOptions.builder().timestamp(1500000000000L);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void adds(String name, String node, JobOptions.Builder options) {
    NodeSession.run(
        "for (const n of [1, 2]) await queue6(args[0]).add('mail', {n: 1}, " + node + ")", theirs);

    for (int i = 0; i < 2; i++) {
      mill.engine.queue(ours).add(new NewJob("mail", "{\"n\":1}", options.build())).join();
    }

    assertThat(QueueDump.of(ours)).isEqualTo(QueueDump.of(theirs));
  }
}
