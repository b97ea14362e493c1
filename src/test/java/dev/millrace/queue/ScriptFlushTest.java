package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
  void shouldAddAndWorkEveryJobOnceWhileTheScriptsAreFlushedBeforeEachAddAndDuringEachRun() {
    Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();
    try (EngineFixture mill = new EngineFixture()) {
      mill.engine.consume(
          ConsumerOptions.of(queue).withConcurrency(5),
          run -> {
            TestRedis.observer().scriptFlush();
            int times =
                runs.computeIfAbsent(run.job().id(), id -> new AtomicInteger()).incrementAndGet();
            if (times == 1 && Integer.parseInt(run.job().id()) % 10 == 0) {
              throw new IllegalStateException("the first time in ten");
            }
            run.complete("null");
          });
      for (int i = 0; i < JOBS; i++) {
        TestRedis.observer().scriptFlush();
        mill.add(queue, "{}", JobOptions.builder().attempts(2).build());
      }

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> mill.counts(queue).get("completed") == JOBS);
      assertThat(mill.counts(queue)).containsEntry("active", 0L).containsEntry("failed", 0L);
    }

    assertThat(runs).hasSize(JOBS);
    runs.forEach(
        (id, times) ->
            assertThat(times.get())
                .as("runs of job %s", id)
                .isEqualTo(Integer.parseInt(id) % 10 == 0 ? 2 : 1));
  }
}
