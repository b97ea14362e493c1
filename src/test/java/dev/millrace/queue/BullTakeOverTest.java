package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queues that Bull 4 left or still fills, with the real npm package as the other side. */
class BullTakeOverTest {

  /** What the issue allows for a live Bull producer. */
  private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

  private static final List<String> NOT_COUNTED =
      List.of("info", "config", "client", "hello", "pubsub", "pubsub|numpat");

  private final String queue = EngineFixture.queueName();
  private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  private QueueConsumer consume(EngineFixture mill) {
    return mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          ran.add(run.job().id());
          run.complete("null");
        });
  }

  /** The order in which Bull's own worker runs what was added to a queue in the same way. */
  private static List<String> orderOfBull(String adds) {
    String twin = EngineFixture.queueName();
    JsonNode order =
        NodeSession.run(
            "const q = bull(args[0]); const order = [];"
                + adds
                + "const count = (await q.getJobCounts());"
                + "let left = count.waiting + count.delayed;"
                + "await new Promise((r) => q.process(async (job) => { order.push(String(job.id)); if (--left === 0) r(); }));"
                + "await q.close(); return order",
            twin);
    List<String> ids = new ArrayList<>();
    order.forEach(id -> ids.add(id.asText()));
    return ids;
  }

  private void shouldRunInTheOrderOfBull(String adds, int count) {
    List<String> order = orderOfBull(adds);
    NodeSession.run("const q = bull(args[0]);" + adds, queue);
    try (EngineFixture mill = new EngineFixture()) {
      consume(mill);

      await().atMost(EngineFixture.SOON).until(() -> mill.counts(queue).get("completed") == count);
    }
    assertThat(order).hasSize(count);
    assertThat(ran).isEqualTo(order);
  }

  @Test
  void shouldRunWaitingJobsInTheOrderOfBull() {
    shouldRunInTheOrderOfBull("for (let i = 0; i < 5; i++) await q.add({ i });", 5);
  }

  @Test
  void shouldRunJobsWithPriorityInTheOrderOfBull() {
    shouldRunInTheOrderOfBull(
        "for (const p of [3, 1, 2, undefined, 1, 3]) await q.add({}, p ? { priority: p } : {});",
        6);
  }

  @Test
  void shouldRunLifoJobsInTheOrderOfBull() {
    shouldRunInTheOrderOfBull(
        "await q.add({}); await q.add({}, { lifo: true }); await q.add({}, { lifo: true });", 3);
  }

  @Test
  void shouldRunDelayedJobsWhenTheyAreDue() {
    long before = System.currentTimeMillis();
    shouldRunInTheOrderOfBull(
        "await q.add({}, { delay: 900 }); await q.add({}, { delay: 300 }); await q.add({});", 3);
    assertThat(System.currentTimeMillis() - before).isGreaterThan(900);
  }

  @Test
  void shouldCountAttemptsThatBullMade() {
    NodeSession.run(
        """
        const q = bull(args[0]);
        await q.add('mail', { n: 1 }, { attempts: 3, backoff: 60000 });
        q.process('mail', async () => { throw new Error('by Bull'); });
        await new Promise((r) => q.on('failed', r));
        while (await q.getDelayedCount() === 0) await new Promise((r) => setTimeout(r, 20));
        await q.close();
        """,
        queue);
    assertThat(TestRedis.observer().hget(TestRedis.key(queue, "1"), "attemptsMade")).isEqualTo("1");
    TestRedis.observer().zadd(TestRedis.key(queue, "delayed"), 4096, "1");

    try (EngineFixture mill = new EngineFixture()) {
      List<Integer> made = Collections.synchronizedList(new ArrayList<>());
      mill.engine.consume(
          ConsumerOptions.of(queue),
          run -> {
            made.add(run.job().attemptsMade());
            throw new IllegalStateException("by us");
          });
      await().atMost(EngineFixture.SOON).until(() -> made.size() == 1);
      await()
          .atMost(EngineFixture.SOON)
          .until(() -> TestRedis.observer().zcard(TestRedis.key(queue, "delayed")) == 1);
      mill.engine.close();
      assertThat(made).containsExactly(1);
    }
    TestRedis.observer().zadd(TestRedis.key(queue, "delayed"), 4096, "1");
    try (EngineFixture mill = new EngineFixture()) {
      mill.engine.consume(
          ConsumerOptions.of(queue),
          run -> {
            throw new IllegalStateException("for good");
          });
      await().atMost(EngineFixture.SOON).until(() -> mill.counts(queue).get("failed") == 1);
    }
    Map<String, String> job = TestRedis.observer().hgetall(TestRedis.key(queue, "1"));
    assertThat(job).containsEntry("atm", "3").doesNotContainKey("attemptsMade");
  }

  @Test
  void shouldTakeTheJobsOfALiveBullProducerWithinFiveSeconds() {
    try (EngineFixture mill = new EngineFixture(EngineFixture.options().withBullProducers(true))) {
      consume(mill);
      awaitSubscribed();

      NodeSession.run(
          "await bull(args[0]).add({ n: 1 });"
              + "await bull(args[0]).add({ n: 2 }, { priority: 1 });"
              + "await bull(args[0]).add({ n: 3 }, { lifo: true })",
          queue);

      await().atMost(FIVE_SECONDS).until(() -> ran.size() == 3);
    }
  }

  @Test
  void shouldTakeTheDelayedJobsOfALiveBullProducerWhenTheyAreDue() {
    try (EngineFixture mill = new EngineFixture(EngineFixture.options().withBullProducers(true))) {
      consume(mill);
      awaitSubscribed();

      NodeSession.run("await bull(args[0]).add({ n: 1 }, { delay: 700 })", queue);

      await().atMost(FIVE_SECONDS.plusMillis(700)).until(() -> ran.size() == 1);
      Job job = mill.job(queue, "1");
      assertThat(job.processedOn()).isGreaterThanOrEqualTo(job.timestamp() + 700);
    }
  }

  @Test
  void shouldFindJobsOfALiveBullProducerOnlyAfterTheWaitWithoutTheOption() {
    EngineOptions options = EngineFixture.options().withBlockTimeout(Duration.ofSeconds(3));
    try (EngineFixture mill = new EngineFixture(options)) {
      consume(mill);
      String first = mill.add(queue, "{}").id();
      await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(first + " COMPLETED"));
      // An idle wait that begins now ends in three seconds and not before.
      long waits = calls("bzpopmin");
      await().atMost(EngineFixture.SOON).until(() -> calls("bzpopmin") > waits);
      long waitsBefore = calls("bzpopmin");

      String id =
          NodeSession.run("return String((await bull(args[0]).add({ n: 1 })).id)", queue).asText();

      await().atMost(EngineFixture.SOON).until(() -> ran.contains(id));
      assertThat(calls("bzpopmin")).isGreaterThan(waitsBefore);
      assertThat(subscriptions()).isZero();
    }
  }

  @Test
  void shouldHearOfBullAgainAfterItsConnectionWasCut() {
    EngineOptions options = EngineFixture.options().withBullProducers(true);
    try (EngineFixture mill = new EngineFixture(options)) {
      consume(mill);
      awaitSubscribed();

      for (int cut = 1; cut <= 3; cut++) {
        kill("millrace:" + options.instance() + ":bull");
        NodeSession.run("await bull(args[0]).add({})", queue);
        int wanted = cut;
        await().atMost(FIVE_SECONDS).until(() -> ran.size() == wanted);
      }
    }
  }

  @Test
  void shouldCostOneConnectionAndNoCommandAtRest() {
    EngineOptions options = EngineFixture.options().withBullProducers(true);
    try (EngineFixture mill = new EngineFixture(options)) {
      for (int i = 0; i < 11; i++) {
        mill.engine.consume(
            ConsumerOptions.of(EngineFixture.queueName()), run -> run.complete("null"));
      }
      await().atMost(EngineFixture.SOON).until(() -> subscriptions() == 22);

      assertThat(calls("psubscribe")).isEqualTo(1);
      assertThat(
              TestRedis.observer()
                  .clientList()
                  .lines()
                  .filter(line -> line.contains("name=millrace:" + options.instance() + ":")))
          .hasSize(3);
      await()
          .atMost(EngineFixture.SOON)
          .untilAsserted(
              () -> {
                Map<String, Long> calls = TestRedis.commandStats();
                NOT_COUNTED.forEach(calls::remove);
                long counted = calls.values().stream().mapToLong(Long::longValue).sum();
                assertThat(mill.engine.meter().billed()).isEqualTo(counted);
              });
    }
  }

  @Test
  void shouldTakeAnAddOfBullWithOneTurnForTakingAndOneForEnding() {
    try (EngineFixture mill = new EngineFixture(EngineFixture.options().withBullProducers(true))) {
      consume(mill);
      awaitSubscribed();
      NodeSession.run("await bull(args[0]).add({})", queue);
      await().atMost(FIVE_SECONDS).until(() -> mill.heard.contains("1 COMPLETED"));
      long before = mill.engine.meter().sent();

      NodeSession.run("await bull(args[0]).add({})", queue);

      await().atMost(FIVE_SECONDS).until(() -> mill.heard.contains("2 COMPLETED"));
      // No marker, so no wait ends: what is sent is the two turns.
      assertThat(mill.engine.meter().sent() - before).isEqualTo(2);
    }
  }

  @Test
  void shouldLeaveToBullWhatItAddedAndPutOff() {
    String put;
    try (EngineFixture mill = new EngineFixture()) {
      put =
          mill.add(
                  queue,
                  "{\"n\":1}",
                  JobOptions.builder()
                      .attempts(3)
                      .backoff(new Backoff(Backoff.Type.FIXED, Duration.ofMillis(700), 0))
                      .build())
              .id();
      mill.engine.consume(
          ConsumerOptions.of(queue),
          run -> {
            throw new IllegalStateException("try later");
          });
      await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(put + " RETRIED"));
    }
    try (EngineFixture mill = new EngineFixture()) {
      mill.add(queue, "{\"n\":2}");
      mill.add(queue, "{\"n\":3}", JobOptions.builder().delay(Duration.ofMillis(300)).build());
    }

    JsonNode seen =
        NodeSession.run(
            """
            const q = bull(args[0]); const seen = [];
            await new Promise((r) => {
              const run = async (job) => { seen.push(job.data.n); if (seen.length === 3) r(); return 'by Bull'; };
              q.process('*', run);
            });
            while (await q.getCompletedCount() < 3) await new Promise((r) => setTimeout(r, 20));
            await q.close();
            return seen.sort();
            """,
            queue);

    assertThat(seen.toString()).isEqualTo("[1,2,3]");
    assertThat(TestRedis.observer().zcard(TestRedis.key(queue, "completed"))).isEqualTo(3);
  }

  private static void awaitSubscribed() {
    await().atMost(EngineFixture.SOON).until(() -> subscriptions() > 0);
    // The look that follows the subscription must be over: else it would find the job by itself.
    await().atMost(EngineFixture.SOON).until(() -> calls("evalsha") + calls("eval") >= 2);
  }

  private static long subscriptions() {
    return TestRedis.observer().pubsubNumpat();
  }

  private static long calls(String command) {
    return TestRedis.commandStats().getOrDefault(command, 0L);
  }

  private static void kill(String name) {
    String line =
        TestRedis.observer()
            .clientList()
            .lines()
            .filter(l -> l.contains("name=" + name + " "))
            .findFirst()
            .orElseThrow();
    TestRedis.observer()
        .clientKill(
            io.lettuce.core.KillArgs.Builder.id(
                Long.parseLong(line.replaceAll(".*?id=(\\d+) .*", "$1"))));
  }
}
