package dev.millrace.consumption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import dev.millrace.database.TestDatabase;
import dev.millrace.queue.ConsumptionMode;
import dev.millrace.queue.JobOptions;
import dev.millrace.queue.JobRun;
import dev.millrace.queue.NewJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The promise of the switch: whatever is switched while jobs come and run, each has its effect
 * once. The effect is a row with a unique key, and a second attempt at it would be counted.
 */
class SwitchProofTest {

  private static final int JOBS = 20_000;
  private static final int LEFT_BY_NODE = 3_000;
  private static final Duration LONG = Duration.ofSeconds(120);
  private static final List<String> QUEUES =
      IntStream.range(0, 11).mapToObj(number -> "proof" + number).toList();

  private final JdbcClient jdbc = JdbcClient.create(TestDatabase.empty());
  private final Random random = new Random(4);

  @BeforeEach
  void empty() {
    TestRedis.flush();
    jdbc.sql("CREATE TABLE effects (job text PRIMARY KEY, attempts int NOT NULL)").update();
  }

  @AfterEach
  void drop() {
    jdbc.sql("DROP TABLE effects").update();
    NodeSession.run(
        "await Promise.all((kept.takers ?? []).map((w) => w.close())); kept.takers = []");
  }

  private void effect(JobRun run) {
    jdbc.sql(
            """
            INSERT INTO effects VALUES (:job, 1)
            ON CONFLICT (job) DO UPDATE SET attempts = effects.attempts + 1
            """)
        .param("job", run.job().data())
        .update();
    run.complete("null");
  }

  private Replica replica() {
    Replica replica = new Replica("pooled");
    QUEUES.forEach(queue -> replica.work(queue, 5, this::effect));
    return replica;
  }

  private long effects() {
    return jdbc.sql("SELECT count(*) FROM effects").query(Long.class).single();
  }

  private long repeated() {
    return jdbc.sql("SELECT count(*) FROM effects WHERE attempts > 1").query(Long.class).single();
  }

  /** Jobs from to to, one after the other into the queues: plain, delayed, by priority, lifo. */
  private static void add(Replica producer, int from, int to) {
    for (int at = from; at < to; at += 100) {
      List<NewJob> jobs = new ArrayList<>();
      for (int n = at; n < Math.min(at + 100, to); n++) {
        JobOptions.Builder options = JobOptions.builder();
        switch (n % 5) {
          case 1 -> options.delay(Duration.ofMillis(n % 900));
          case 2 -> options.priority(1 + n % 9);
          case 3 -> options.lifo(true);
          default -> {}
        }
        jobs.add(new NewJob("proof", "\"" + n + "\"", options.build()));
      }
      producer.engine.queue(QUEUES.get(at / 100 % QUEUES.size())).addAll(jobs).join();
    }
  }

  /** Jobs as Bull 4, BullMQ 5 and BullMQ 6 leave them when they stop. */
  private static void leaveByNode(int jobs) {
    NodeSession.run(
        """
        const [queues, jobs] = args;
        const opts = (n) => [{}, { delay: n % 900 }, { priority: 1 + n % 9 }, { lifo: true }][n % 4];
        for (let at = 0; at < jobs; at += 100) {
          const name = queues[(at / 100) % queues.length];
          const batch = [...Array(100).keys()].map((i) => ({ name: 'proof', data: String(at + i), opts: opts(at + i) }));
          if (at % 300 === 0) await bull(name).addBulk(batch.map((j) => ({ ...j, name: '__default__' })));
          else if (at % 300 === 100) await queue5(name).addBulk(batch);
          else await queue6(name).addBulk(batch);
        }
        """,
        QUEUES, jobs);
  }

  private void switchSomething(List<Replica> replicas) {
    Replica asked = replicas.get(random.nextInt(replicas.size()));
    String mode = ConsumptionMode.values()[random.nextInt(3)].text();
    String queue = random.nextInt(3) == 0 ? null : QUEUES.get(random.nextInt(QUEUES.size()));
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptionsMatching(
            e -> e instanceof SwitchRefused r && r.reason() == SwitchRefused.Reason.BUSY)
        .until(() -> !asked.modes.change(queue, mode, false, "the proof").isEmpty());
  }

  @Test
  void shouldGiveEachOfTwentyThousandJobsItsEffectOnceWhileModesChangeEverySecond() {
    leaveByNode(LEFT_BY_NODE);
    try (Replica producer = new Replica("pooled");
        Replica one = replica();
        Replica two = replica()) {
      CompletableFuture<Void> producing =
          CompletableFuture.runAsync(
              () -> {
                // A tenth at a time, so that jobs keep coming for as long as modes change.
                int tenth = (JOBS - LEFT_BY_NODE) / 10;
                for (int part = 0; part < 10; part++) {
                  add(producer, LEFT_BY_NODE + part * tenth, LEFT_BY_NODE + (part + 1) * tenth);
                  await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
                }
              });
      for (int change = 0; change < 12; change++) {
        switchSomething(List.of(one, two));
        await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
      }
      await().atMost(LONG).until(producing::isDone);
      producing.join();

      await().atMost(LONG).until(() -> effects() == JOBS);
      assertThat(repeated()).isZero();
      QUEUES.forEach(
          queue ->
              assertThat(producer.engine.queue(queue).counts().join())
                  .containsEntry("active", 0L)
                  .containsEntry("waiting", 0L)
                  .containsEntry("delayed", 0L)
                  .containsEntry("failed", 0L));
      assertThat(one.news).isNotEmpty().allMatch(change -> change.failure() == null);
      assertThat(two.news).isNotEmpty().allMatch(change -> change.failure() == null);

      Map.of("pooled", 2, "legacy", 33 + 1, "polling", 1)
          .forEach(
              (mode, connections) -> {
                one.modes.change(null, mode, false, "the proof");
                for (Replica replica : List.of(one, two)) {
                  await()
                      .atMost(Duration.ofSeconds(20))
                      .untilAsserted(
                          () -> assertThat(replica.connections()).as(mode).hasSize(connections));
                }
              });
    }
  }

  @Test
  void shouldLeaveEverythingToNodeWhenItIsRolledBackInTheMiddle() {
    int jobs = 4_000;
    leaveByNode(1_200);
    try (Replica producer = new Replica("pooled")) {
      try (Replica one = replica();
          Replica two = replica()) {
        add(producer, 1_200, 2_600);
        switchSomething(List.of(one, two));
        await().atMost(LONG).until(() -> effects() > 600);
        switchSomething(List.of(one, two));
        add(producer, 2_600, jobs);
      }
      long ours = effects();
      NodeSession.run(
          """
          const done = redis();
          kept.takers = args[0].map((name) => new v6.Worker(name, async (job) => {
            await done.hincrby('done-by-node', job.data, 1);
          }, { connection: connection(), prefix, concurrency: 20 }));
          """,
          QUEUES);

      await().atMost(LONG).until(() -> ours + TestRedis.observer().hlen("done-by-node") >= jobs);
      assertThat(ours + TestRedis.observer().hlen("done-by-node")).isEqualTo(jobs);
      assertThat(TestRedis.observer().hvals("done-by-node")).containsOnly("1");
      assertThat(repeated()).isZero();
      QUEUES.forEach(
          queue ->
              await()
                  .atMost(LONG)
                  .untilAsserted(
                      () ->
                          assertThat(producer.engine.queue(queue).counts().join())
                              .containsEntry("active", 0L)
                              .containsEntry("waiting", 0L)
                              .containsEntry("delayed", 0L)));
    }
  }
}
