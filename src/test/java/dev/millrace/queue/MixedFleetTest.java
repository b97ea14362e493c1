package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Node's bullmq 5 and 6 and two of our engines add to one queue and work it, all at the same time:
 * standard, delayed, prioritised and retried jobs. Each has an effect that is counted.
 */
class MixedFleetTest {

  private static final int JOBS = 10_000;
  private static final int PER_SIDE = JOBS / 4;

  /** The adds of both sides in the same words: job n of a side. */
  private static final String ADD =
      """
      const [name, version, from, count] = args;
      const queue = version === 5 ? queue5(name) : queue6(name);
      for (let at = from; at < from + count; at += 250) {
        const jobs = [];
        for (let n = at; n < Math.min(at + 250, from + count); n++) {
          const opts = { attempts: 3, removeOnComplete: false, backoff: { type: 'fixed', delay: 20 } };
          if (n % 5 === 1) opts.delay = n % 500;
          if (n % 5 === 2) opts.priority = 1 + n % 7;
          if (n % 5 === 3) opts.lifo = true;
          jobs.push({ name: 'job', data: { n, fails: n % 10 === 4 ? 2 : 0 }, opts });
        }
        await queue.addBulk(jobs);
      }
      """;

  private static final String WORK =
      """
      const [name] = args;
      const effects = redis();
      kept.fleet = [v5, v6].map((v) => new v.Worker(name, async (job) => {
        if (job.attemptsMade < job.data.fails) throw new Error('not yet');
        await effects.hincrby(prefix + '::effects', String(job.data.n), 1);
        return 'node';
      }, { connection: connection(), prefix, concurrency: 10 }));
      await Promise.all(kept.fleet.map((w) => w.waitUntilReady()));
      """;

  private final String queue = EngineFixture.queueName();
  private final EngineFixture first = new EngineFixture();
  private final EngineFixture second = new EngineFixture();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  @Test
  void shouldCompleteEveryJobOnceWhenBothFleetsAddAndWorkAtTheSameTime() {
    NodeSession.run(WORK, queue);
    work(first);
    work(second);

    var byNode5 = NodeSession.start(ADD, queue, 5, 0, PER_SIDE);
    var byNode6 = NodeSession.start(ADD, queue, 6, PER_SIDE, PER_SIDE);
    add(first, 2 * PER_SIDE);
    add(second, 3 * PER_SIDE);
    byNode5.join();
    byNode6.join();

    String completed = TestRedis.key(queue, "completed");
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> TestRedis.observer().zcard(completed) == JOBS);
    NodeSession.run("await Promise.all(kept.fleet.map((w) => w.close()))");
    first.close();
    second.close();

    Map<String, String> effects =
        new TreeMap<>(TestRedis.observer().hgetall(TestRedis.PREFIX + "::effects"));
    assertThat(effects).hasSize(JOBS);
    assertThat(new TreeSet<>(effects.values())).containsExactly("1");
    assertEveryJobIsWhole();
    assertThat(keysBesideJobs())
        .isSubsetOf("completed", "events", "id", "marker", "meta", "stalled-check");
  }

  /** Both fleets really worked: neither was left idle by the other. */
  private void assertEveryJobIsWhole() {
    int ours = 0;
    int theirs = 0;
    for (int id = 1; id <= JOBS; id++) {
      Map<String, String> job = TestRedis.observer().hgetall(TestRedis.key(queue, "" + id));
      boolean fails = job.get("data").contains("\"fails\":2");
      assertThat(job.get("atm")).as("attempts of job " + id).isEqualTo(fails ? "3" : "1");
      assertThat(job).containsKeys("finishedOn", "processedOn", "returnvalue");
      if (job.get("returnvalue").equals("\"node\"")) {
        theirs++;
      } else {
        ours++;
      }
    }
    assertThat(ours).isPositive();
    assertThat(theirs).isPositive();
  }

  private TreeSet<String> keysBesideJobs() {
    TreeSet<String> names = new TreeSet<>();
    int base = TestRedis.key(queue, "").length();
    TestRedis.observer()
        .keys(TestRedis.key(queue, "*"))
        .forEach(key -> names.add(key.substring(base)));
    names.removeIf(name -> name.matches("\\d+"));
    return names;
  }

  private void work(EngineFixture mill) {
    mill.engine.consume(
        ConsumerOptions.of(queue).withConcurrency(10),
        run -> {
          var data = Json.read("data", run.job().data());
          if (run.job().attemptsMade() < data.get("fails").asInt()) {
            throw new IllegalStateException("not yet");
          }
          TestRedis.observer()
              .hincrby(TestRedis.PREFIX + "::effects", data.get("n").asText(), 1);
          run.complete("\"millrace\"");
        });
  }

  private void add(EngineFixture mill, int from) {
    List<NewJob> jobs = new ArrayList<>();
    for (int n = from; n < from + PER_SIDE; n++) {
      JobOptions.Builder options =
          JobOptions.builder()
              .attempts(3)
              .removeOnComplete(Retention.ALL)
              .backoff(new Backoff(Backoff.Type.FIXED, Duration.ofMillis(20), 0));
      switch (n % 5) {
        case 1 -> options.delay(Duration.ofMillis(n % 500));
        case 2 -> options.priority(1 + n % 7);
        case 3 -> options.lifo(true);
        default -> {}
      }
      int fails = n % 10 == 4 ? 2 : 0;
      String data = "{\"n\":" + n + ",\"fails\":" + fails + "}";
      jobs.add(new NewJob("job", data, options.build()));
    }
    mill.engine.queue(queue).addAll(jobs).join();
  }
}
