package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.NodeSession;
import dev.millrace.QueueDump;
import dev.millrace.TestRedis;
import io.lettuce.core.ScriptOutputType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Counting many finished jobs at once leaves what BullMQ leaves that counts one by one. */
class MetricsScriptTest {

  /**
   * When jobs end, in seconds after a fixed time; several in one second end in one call of ours.
   */
  private static final List<List<Integer>> ENDS =
      List.of(
          List.of(0, 0, 0),
          List.of(20, 20),
          List.of(61),
          List.of(62, 62),
          List.of(200, 200, 200),
          List.of(200 + 7 * 60));

  private static final long START = 1500000000000L;

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @Test
  void shouldCountAsBullMQ() {
    String theirs = EngineFixture.queueName();
    String ours = EngineFixture.queueName();
    for (List<Integer> ends : ENDS) {
      long now = START + ends.get(0) * 1000L;
      NodeSession.run(
          """
          const q = queue6(args[0]);
          const worker = new v6.Worker(args[0], null, {connection: connection(), prefix, metrics: {maxDataPoints: 4}});
          for (let i = 0; i < args[2]; i++) {
            await q.add('n', {}, {removeOnComplete: true});
            const job = await worker.getNextJob('t');
            const clock = Date.now;
            Date.now = () => args[1];
            try { await job.moveToCompleted('yes', 't', false); } finally { Date.now = clock; }
          }
          await worker.close();
          """,
          theirs,
          now,
          ends.size());

      count(ours, now, ends.size());

      assertThat(metrics(ours)).as("after %s s", ends.get(0)).isEqualTo(metrics(theirs));
    }
    assertThat(metrics(ours)).hasSize(2);
  }

  @Test
  void shouldCountNothingUnlessAskedTo() {
    String queue = EngineFixture.queueName();
    count(queue, START, 0);
    assertThat(QueueDump.of(queue)).isEmpty();
  }

  private static Map<String, Object> metrics(String queue) {
    Map<String, Object> dump = QueueDump.of(queue);
    dump.keySet().removeIf(key -> !key.startsWith("metrics:"));
    return dump;
  }

  private static void count(String queue, long now, int count) {
    String script =
        include("call")
            + include("queue")
            + include("metrics")
            + "collectMetrics({ base = ARGV[1] }, 'completed', ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]))";
    TestRedis.observer()
        .eval(
            script,
            ScriptOutputType.STATUS,
            new String[] {TestRedis.key(queue, "meta")},
            TestRedis.key(queue, ""),
            "4",
            Long.toString(now),
            Integer.toString(count));
  }

  private static String include(String name) {
    try {
      return Files.readString(Path.of("src/main/resources/scripts/include/" + name + ".lua"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
