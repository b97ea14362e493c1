package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the modes besides pooled cost at rest, as the server counts it. */
class ModeCostTest {

  private final String queue = EngineFixture.queueName();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @Test
  void shouldPollElevenIdleQueuesWithOneCommand() {
    EngineOptions options = EngineFixture.options().withPollInterval(Duration.ofSeconds(1));
    try (EngineFixture mill = new EngineFixture(options)) {
      for (int i = 0; i < 11; i++) {
        mill.engine.consume(
            ConsumerOptions.builder(queue + i).mode(ConsumptionMode.POLLING).build(),
            run -> run.complete("null"));
      }
      // The pauses have grown to the longest by then.
      await().atMost(EngineFixture.SOON).until(() -> CommandCostTest.calls("exists") >= 6);
      TestRedis.observer().configResetstat();
      long began = System.nanoTime();

      await().atMost(EngineFixture.SOON).until(() -> CommandCostTest.calls("exists") == 3);

      assertThat(CommandCostTest.billable()).isEqualTo(Map.of("exists", 3L));
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(2));
    }
  }

  @Test
  void shouldWaitInALegacyQueueWithFourCommandsInFiveSeconds() {
    try (EngineFixture mill = new EngineFixture()) {
      mill.engine.consume(
          ConsumerOptions.builder(queue).mode(ConsumptionMode.LEGACY).build(),
          run -> run.complete("null"));
      await().atMost(EngineFixture.SOON).until(() -> CommandCostTest.calls("blmove") == 2);
      TestRedis.observer().configResetstat();

      await().atMost(Duration.ofSeconds(20)).until(() -> CommandCostTest.calls("blmove") == 2);

      // A call is counted when its wait is over. Then a look: a turn, the first delayed job, and
      // whether anything is ready.
      Map<String, Long> looks = CommandCostTest.billable();
      assertThat(looks.keySet()).containsExactlyInAnyOrder("blmove", "evalsha", "zrange", "exists");
      assertThat(looks.get("evalsha")).isBetween(1L, 2L);
      assertThat(looks.get("zrange")).isEqualTo(looks.get("evalsha"));
      assertThat(looks.get("exists")).isEqualTo(looks.get("evalsha"));
    }
  }
}
