package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers forget scripts at any time: an operator flushes them, a replica never had them. */
class ScriptFlushTest {

  private static final int JOBS = 100;

  private final String queue = EngineFixture.queueName();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @Test
  void shouldAddAndWorkEveryJobOnceWhileTheScriptsAreFlushedAgainAndAgain() {
    Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger flushes = new AtomicInteger();
    CompletableFuture<Void> flushing =
        CompletableFuture.runAsync(
            () -> {
              while (!done.get()) {
                TestRedis.observer().scriptFlush();
                flushes.incrementAndGet();
              }
            });
    try (EngineFixture mill = new EngineFixture()) {
      mill.engine.consume(
          ConsumerOptions.of(queue).withConcurrency(5),
          run -> {
            int times =
                runs.computeIfAbsent(run.job().id(), id -> new AtomicInteger()).incrementAndGet();
            if (times == 1 && Integer.parseInt(run.job().id()) % 10 == 0) {
              throw new IllegalStateException("the first time in ten");
            }
            run.complete("null");
          });
      for (int i = 0; i < JOBS; i++) {
        mill.add(queue, "{}", JobOptions.builder().attempts(2).build());
      }

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> mill.counts(queue).get("completed") == JOBS);
      assertThat(mill.counts(queue)).containsEntry("active", 0L).containsEntry("failed", 0L);
    } finally {
      done.set(true);
      flushing.join();
    }

    assertThat(runs).hasSize(JOBS);
    runs.forEach(
        (id, times) ->
            assertThat(times.get())
                .as("runs of job %s", id)
                .isEqualTo(Integer.parseInt(id) % 10 == 0 ? 2 : 1));
    assertThat(flushes.get()).isGreaterThan(10);
  }
}
