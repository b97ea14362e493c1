package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestRedis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What managing costs, as the server itself counts it; the engine's own meter says the same. */
class QueueAdminCostTest {

  private static final List<String> NOT_COUNTED = List.of("info", "config", "client", "hello");

  private final EngineFixture mill = new EngineFixture();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @AfterEach
  void close() {
    mill.close();
  }

  static List<Arguments> operations() {
    return List.of(
        row("pause", 5, QueueAdmin::pause),
        row("resume", 8, QueueAdmin::resume),
        row("isPaused", 1, QueueAdmin::isPaused),
        row("promote", 8, a -> a.job("later").promote()),
        row("promoteAll of one", 7, a -> a.promoteAll(0)),
        row("changeDelay", 10, a -> a.job("later").changeDelay(Duration.ofHours(2))),
        row("changePriority", 9, a -> a.job("one").changePriority(3, false)),
        row("retry", 8, a -> a.job("bad").retry(JobState.FAILED)),
        row("retryAll of one", 9, a -> a.retryAll(JobState.FAILED, 0, null)),
        row("remove a failed job", 13, a -> a.job("bad").remove()),
        row("remove a waiting job", 15, a -> a.job("one").remove()),
        row("drain of two", 8, a -> a.drain(false)),
        row("clean of one", 7, a -> a.clean(JobState.FAILED, Duration.ZERO, 0)),
        row("obliterate of four", 27, a -> a.obliterate(false)),
        row("updateData", 3, a -> a.job("one").updateData("1")),
        row("updateProgress", 5, a -> a.job("one").updateProgress("1")),
        row("addLog", 3, a -> a.job("one").addLog("line")),
        row("logs", 2, a -> a.job("one").logs(0, -1, true)),
        row("counts", 9, QueueAdmin::counts),
        row("countsPerPriority of two", 3, a -> a.countsPerPriority(List.of(0, 1))),
        row("jobs, two", 4, a -> a.jobs(JobState.WAITING, 0, -1, true)),
        row("state, failed", 3, a -> a.job("bad").state()),
        row("state, waiting", 7, a -> a.job("one").state()),
        row("metrics", 3, a -> a.metrics(JobState.COMPLETED, 0, -1)),
        row("set concurrency", 6, a -> a.limits().setConcurrency(3)),
        row("limitFor", 1, a -> a.limits().limitFor(Duration.ofSeconds(1))),
        row("limitedFor", 3, a -> a.limits().limitedFor()),
        row("deadLetters, one", 4, a -> a.deadLetters().list(0, -1)),
        row("replay of one", 10, a -> a.deadLetters().replay(ReplayFilter.ALL, 0, 1, "ada")));
  }

  private static Arguments row(
      String name, int billed, Function<QueueAdmin, CompletableFuture<?>> operation) {
    return Arguments.of(name, billed, operation);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("operations")
  void shouldCost(String name, int billed, Function<QueueAdmin, CompletableFuture<?>> operation) {
    // So that the server knows the script.
    operation.apply(prepared()).join();
    QueueAdmin admin = prepared();
    TestRedis.observer().configResetstat();
    long before = mill.engine.meter().billed();

    operation.apply(admin).join();

    long metered = mill.engine.meter().billed() - before;
    long counted =
        TestRedis.commandStats().entrySet().stream()
            .filter(e -> NOT_COUNTED.stream().noneMatch(e.getKey()::startsWith))
            .mapToLong(Map.Entry::getValue)
            .sum();
    assertThat(metered).isEqualTo(counted);
    assertThat(metered).isEqualTo(billed);
  }

  private QueueAdmin prepared() {
    String queue = EngineFixture.queueName();
    mill.add(queue, "{}", JobOptions.builder().jobId("one").build());
    mill.add(queue, "{}", JobOptions.builder().jobId("two").build());
    mill.add(queue, "{}", JobOptions.builder().jobId("later").delay(Duration.ofHours(1)).build());
    mill.add(queue, "{}", JobOptions.builder().jobId("bad").build());
    TestRedis.observer().lrem(TestRedis.key(queue, "wait"), 1, "bad");
    TestRedis.observer().zadd(TestRedis.key(queue, "failed"), 1, "bad");
    return mill.engine.admin(queue);
  }
}
