package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import dev.millrace.Browser;
import dev.millrace.BullBoard;
import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Operators go on using bull-board: it shows what the engine does, and the engine does its bidding.
 */
@Browser
class BullBoardTest {

  private static final List<String> QUEUES =
      List.of(
          "webhook-health-check",
          "notification-reminder",
          "token-health-reminder",
          "adaptive-sync",
          "webhook-renewal",
          "suggestion-regeneration",
          "batch-notifications",
          "suggestion-generation",
          "token-refresh",
          "calendar-sync",
          "google-contacts-sync");

  private static final String QUEUE = "calendar-sync";

  private static BullBoard board;

  private final EngineFixture mill = new EngineFixture();

  @BeforeAll
  static void openBoard() {
    board = BullBoard.open(QUEUES);
  }

  @AfterAll
  static void closeBoard() {
    if (board != null) {
      board.close();
    }
  }

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @AfterEach
  void close() {
    mill.close();
  }

  @Test
  void shouldListTheElevenQueuesAndWhatTheEngineDidInThem() {
    QUEUES.forEach(queue -> mill.addMany(queue, 2));
    QUEUES.forEach(queue -> mill.engine.consume(ConsumerOptions.of(queue), this::endByNumber));
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.size() == 2 * QUEUES.size());

    assertThat(board.queues()).containsExactlyInAnyOrderElementsOf(QUEUES);
    assertThat(board.counts())
        .contains(entry("COMPLETED", 11), entry("FAILED", 11), entry("WAITING", 0));
    board.picture("queues");
    assertThat(board.cards())
        .hasSameSizeAs(QUEUES)
        .allSatisfy(card -> assertThat(card).containsIgnoringCase("failed 1").endsWith("2 Jobs"));
  }

  private void endByNumber(JobRun run) {
    if (run.job().data().equals("{\"n\":0}")) {
      throw new IllegalStateException("no luck");
    }
    run.complete("{\"done\":true}");
  }

  @Test
  void shouldShowJobsInEveryStateWithTheirData() {
    CountDownLatch proceed = new CountDownLatch(1);
    mill.engine.consume(
        ConsumerOptions.of(QUEUE),
        run -> {
          if (run.job().data().contains("long")) {
            proceed.await();
          }
          if (run.job().data().contains("hopeless")) {
            throw new IllegalStateException("no luck with it");
          }
          run.complete("{\"found\":7}");
        });
    mill.add(QUEUE, "{\"is\":\"easy\"}");
    mill.add(QUEUE, "{\"is\":\"hopeless\"}");
    mill.add(QUEUE, "{\"is\":\"long\"}");
    await().atMost(EngineFixture.SOON).until(() -> mill.counts(QUEUE).get("active") == 1);
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.size() == 2);
    mill.add(QUEUE, "{\"is\":\"patient\"}");
    mill.add(QUEUE, "{\"is\":\"urgent\"}", JobOptions.builder().priority(3).build());
    mill.add(
        QUEUE, "{\"is\":\"due later\"}", JobOptions.builder().delay(Duration.ofHours(1)).build());
    NodeSession.run(
        """
        const flows = new v6.FlowProducer({connection: connection(), prefix});
        await flows.add({name: 'parent', queueName: args[0], data: {is: 'a parent'},
          children: [{name: 'child', queueName: args[1]}]});
        await flows.close();
        """,
        QUEUE,
        QUEUES.get(0));

    assertThat(board.counts(QUEUE))
        .contains(
            entry("ACTIVE", 1),
            entry("WAITING", 1),
            entry("WAITING CHILDREN", 1),
            entry("PRIORITIZED", 1),
            entry("COMPLETED", 1),
            entry("FAILED", 1),
            entry("DELAYED", 1));
    assertThat(only("waiting", "Data")).containsEntry("title", "#4 test").satisfies(is("patient"));
    assertThat(only("active", "Data")).satisfies(is("long"));
    board.picture("active");
    assertThat(only("delayed", "Data")).satisfies(is("due later"));
    board.picture("delayed");
    assertThat(only("prioritized", "Data")).satisfies(is("urgent"));
    assertThat(only("waiting-children", "Data")).satisfies(is("a parent"));
    assertThat(only("completed", "Data"))
        .satisfies(is("easy"))
        .hasEntrySatisfying("Data", data -> assertThat(data).contains("found:7"));
    board.picture("completed");
    assertThat(only("failed", "Data", "Error"))
        .satisfies(is("hopeless"))
        .hasEntrySatisfying(
            "Error",
            error -> assertThat(error).contains("no luck with it").contains("BullBoardTest.java"));
    board.picture("failed");
    proceed.countDown();
  }

  private Map<String, String> only(String state, String... tabs) {
    List<Map<String, String>> jobs = board.jobs(QUEUE, state, tabs);
    assertThat(jobs).as(state).hasSize(1);
    return jobs.get(0);
  }

  private static Consumer<Map<String, String>> is(String what) {
    return job -> assertThat(job.get("Data")).contains("is:\"" + what + "\"");
  }

  @Test
  void shouldRunAFailedJobAgainWhenItsRetryButtonIsPressed() {
    AtomicInteger runs = new AtomicInteger();
    mill.engine.consume(
        ConsumerOptions.of(QUEUE),
        run -> {
          if (runs.incrementAndGet() == 1) {
            throw new IllegalStateException("no luck");
          }
          run.complete("\"luck\"");
        });
    String id = mill.add(QUEUE, "{}").id();
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " FAILED"));

    board.press(QUEUE, "failed", id, "Retry");

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));
    assertThat(mill.job(QUEUE, id).returnValue()).isEqualTo("\"luck\"");
    assertThat(board.jobs(QUEUE, "failed")).isEmpty();
    assertThat(board.counts(QUEUE)).contains(entry("COMPLETED", 1), entry("FAILED", 0));
  }

  @Test
  void shouldRunADelayedJobAtOnceWhenItsPromoteButtonIsPressed() {
    mill.engine.consume(ConsumerOptions.of(QUEUE), run -> run.complete("null"));
    JobOptions later = JobOptions.builder().delay(Duration.ofHours(1)).build();
    String promoted = mill.add(QUEUE, "{}", later).id();
    String other = mill.add(QUEUE, "{}", later).id();

    board.press(QUEUE, "delayed", promoted, "Promote");

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(promoted + " COMPLETED"));
    assertThat(board.jobs(QUEUE, "delayed"))
        .extracting(job -> job.get("title"))
        .containsExactly("#" + other + " test");
  }

  @Test
  void shouldTakeNothingFromAPausedQueueUntilItIsResumed() {
    QUEUES.forEach(
        queue -> mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null")));

    board.choose(QUEUE, "Pause");
    String held =
        mill.add(QUEUE, "{\"is\":\"held\"}", JobOptions.builder().jobId("held").build()).id();
    String first = mill.add(QUEUES.get(0), "{}", JobOptions.builder().jobId("free").build()).id();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(first + " COMPLETED"));
    assertThat(board.queues()).contains(QUEUE + " [ Paused ]").doesNotContain(QUEUE);
    board.picture("paused");
    assertThat(only("waiting", "Data")).satisfies(is("held"));
    assertThat(mill.heard).containsExactly(first + " COMPLETED");

    board.choose(QUEUE, "Resume");

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(held + " COMPLETED"));
    assertThat(board.queues()).contains(QUEUE);
  }

  @Test
  void shouldRemoveFinishedJobsWhenCleanAllIsPressed() {
    // The board spares what ended within the last five seconds.
    List<String> ended = new CopyOnWriteArrayList<>();
    Clock earlier = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-1));
    EngineListener listener =
        new EngineListener() {
          @Override
          public void ended(Job job, Outcome outcome, Duration ran) {
            ended.add(job.id());
          }
        };
    try (TestRedis.Link link = TestRedis.link("earlier");
        QueueEngine engine = new QueueEngine(link, EngineFixture.options(), listener, earlier)) {
      mill.addMany(QUEUE, 3);
      engine.consume(ConsumerOptions.of(QUEUE), this::endByNumber);
      await().atMost(EngineFixture.SOON).until(() -> ended.size() == 3);
    }
    assertThat(mill.counts(QUEUE)).contains(entry("completed", 2L), entry("failed", 1L));

    board.pressAll(QUEUE, "completed", "Clean all");

    assertThat(mill.counts(QUEUE)).contains(entry("completed", 0L), entry("failed", 1L));

    board.pressAll(QUEUE, "failed", "Clean all");

    assertThat(mill.counts(QUEUE)).containsEntry("failed", 0L);
    for (String id : ended) {
      assertThat(mill.engine.queue(QUEUE).find(id).join()).isEmpty();
    }
  }

  @Test
  void shouldRunAllFailedJobsAgainWhenRetryAllIsPressed() {
    AtomicInteger runs = new AtomicInteger();
    mill.engine.consume(
        ConsumerOptions.of(QUEUE),
        run -> {
          if (runs.incrementAndGet() <= 3) {
            throw new IllegalStateException("no luck");
          }
          run.complete("null");
        });
    mill.addMany(QUEUE, 3);
    await().atMost(EngineFixture.SOON).until(() -> mill.counts(QUEUE).get("failed") == 3);

    board.pressAll(QUEUE, "failed", "Retry all");

    await().atMost(EngineFixture.SOON).until(() -> mill.counts(QUEUE).get("completed") == 3);
    assertThat(mill.counts(QUEUE)).containsEntry("failed", 0L);
  }
}
