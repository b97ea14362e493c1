package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that wait are worked whichever of Node's clients added them. */
class NodeFleetTest {

  private final EngineFixture mill = new EngineFixture();
  private final String queue = EngineFixture.queueName();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @AfterEach
  void close() {
    mill.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"queue5", "queue6", "bull"})
  void shouldWorkWhatTheClientAdded(String client) {
    String id =
        NodeSession.run(
                "const job = await " + client + "(args[0]).add('mail', {n: 1}); return job.id",
                queue)
            .asText();

    mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("null"));

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));
    assertThat(mill.job(queue, id).data()).isEqualTo("{\"n\":1}");
  }
}
