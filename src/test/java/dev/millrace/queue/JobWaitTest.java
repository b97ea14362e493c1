package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever waits for a job hears how it ended, whoever ran it and whenever that was. */
class JobWaitTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  private final String queue = EngineFixture.queueName();
  private EngineFixture mill;

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
    mill = new EngineFixture();
  }

  @AfterEach
  void close() {
    mill.close();
  }

  private CompletableFuture<String> waitFor(String id, Duration timeout) {
    return mill.engine.events().waitUntilFinished(queue, id, timeout);
  }

  private void work() {
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          if (run.job().data().contains("fail")) {
            throw new IllegalStateException("no luck");
          }
          run.complete("{\"got\":" + run.job().data() + "}");
        });
  }

  private String failure(CompletableFuture<String> wait) throws Exception {
    try {
      return "no failure but " + wait.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return e.getCause().getClass().getSimpleName() + ": " + e.getCause().getMessage();
    }
  }

  @Test
  void shouldReturnWhatTheJobReturned() throws Exception {
    String id = mill.add(queue, "{\"n\":1}").id();
    CompletableFuture<String> wait = waitFor(id, LONG);
    work();

    assertThat(wait.get(20, TimeUnit.SECONDS)).isEqualTo("{\"got\":{\"n\":1}}");
  }

  @Test
  void shouldReturnAtOnceWhenTheJobHasEndedBefore() throws Exception {
    work();
    String id = mill.add(queue, "{}").id();
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));

    assertThat(waitFor(id, LONG).get(20, TimeUnit.SECONDS)).isEqualTo("{\"got\":{}}");
    assertThat(mill.engine.events().waitUntilFinished(mill.job(queue, id), LONG).get())
        .isEqualTo("{\"got\":{}}");
  }

  @Test
  void shouldFailWithTheReasonOfTheJob() throws Exception {
    String id = mill.add(queue, "\"fail\"").id();
    CompletableFuture<String> wait = waitFor(id, LONG);
    work();

    assertThat(failure(wait))
        .isEqualTo("JobFailedException: Job " + id + " of queue " + queue + " failed: no luck");
    assertThat(failure(waitFor(id, LONG))).startsWith("JobFailedException").endsWith("no luck");
  }

  @Test
  void shouldNotTakeAFailedAttemptForTheEnd() throws Exception {
    String id = mill.add(queue, "{}", JobOptions.builder().attempts(2).build()).id();
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          if (run.job().attemptsMade() == 0) {
            throw new IllegalStateException("not yet");
          }
          run.complete("2");
        });

    assertThat(waitFor(id, LONG).get(20, TimeUnit.SECONDS)).isEqualTo("2");
    assertThat(waitFor(id, LONG).get(20, TimeUnit.SECONDS)).isEqualTo("2");
  }

  @Test
  void shouldFindTheOutcomeOfAJobThatWasRemovedWhenItEnded() throws Exception {
    work();
    String id =
        mill.add(queue, "{}", JobOptions.builder().removeOnComplete(Retention.NONE).build()).id();
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));

    assertThat(waitFor(id, LONG).get(20, TimeUnit.SECONDS)).isEqualTo("{\"got\":{}}");
  }

  @Test
  void shouldSayThatThereIsNoSuchJob() throws Exception {
    assertThat(failure(waitFor("nobody", LONG)))
        .startsWith("IllegalStateException: There is no job nobody in queue " + queue);
  }

  @Test
  void shouldGiveUpWhenTheTimeIsOver() throws Exception {
    String id = mill.add(queue, "{}").id();

    assertThat(failure(waitFor(id, Duration.ofMillis(300))))
        .isEqualTo(
            TimeoutException.class.getSimpleName()
                + ": Job "
                + id
                + " of queue "
                + queue
                + " has not ended in PT0.3S");
  }

  @Test
  void shouldHearOfAnEndWithoutEventsWhenTheTimeIsOver() throws Exception {
    String id = mill.add(queue, "{}").id();
    CompletableFuture<String> wait = waitFor(id, Duration.ofSeconds(2));
    // One by the add, one by the look that follows the subscription.
    await()
        .atMost(EngineFixture.SOON)
        .until(() -> TestRedis.commandStats().getOrDefault("hmget", 0L) == 2);
    TestRedis.observer()
        .hset(
            TestRedis.key(queue, id),
            java.util.Map.of("finishedOn", "1700000000000", "returnvalue", "7"));

    assertThat(wait.get(20, TimeUnit.SECONDS)).isEqualTo("7");
  }

  @Test
  void shouldWaitForJobsThatNodeRuns() throws Exception {
    List<CompletableFuture<String>> waits = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      waits.add(waitFor(mill.add(queue, "{\"n\":" + i + "}").id(), LONG));
    }

    NodeSession.run(
        "const w = new v6.Worker(args[0], async (job) => job.data.n, { connection: connection(), prefix, concurrency: 5 });"
            + "await new Promise((r) => w.on('drained', r)); await w.close()",
        queue);

    for (int i = 0; i < 50; i++) {
      assertThat(waits.get(i).get(20, TimeUnit.SECONDS)).isEqualTo("" + i);
    }
  }

  @Test
  void shouldLetWaitersGoWhenTheEngineCloses() throws Exception {
    CompletableFuture<String> wait = waitFor(mill.add(queue, "{}").id(), LONG);

    mill.engine.close();

    assertThat(failure(wait)).contains("the engine is closed");
    assertThat(failure(waitFor("1", LONG))).contains("the engine is closed");
  }
}
