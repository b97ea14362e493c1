package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.NodeSession;
import dev.millrace.QueueDump;
import dev.millrace.TestRedis;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an add leaves in Redis is, key by key and field by field, what BullMQ's client leaves. */
class StateTableTest {

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
        Arguments.of("custom id", "{timestamp: 1500000000000, jobId: 'mine'}", at().jobId("mine")));
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
