package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.NodePeer;
import dev.millrace.TestRedis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Node's bullmq 6 on the other side of the queue. */
class NodeInteropTest {

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

  @Test
  void shouldCompleteANodeProducersJobSoThatItsWaitUntilFinishedReturnsOurValue() {
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> run.complete("{\"hello\":" + Json.read("data", run.job().data()).get("who") + "}"));

    List<String> said = NodePeer.run("produce.mjs", TestRedis.port(), queue, "{\"who\":\"Ada\"}");

    assertThat(Json.read("line", said.get(0)).get("returned").get("hello").asText())
        .isEqualTo("Ada");
  }

  @Test
  void shouldTellANodeProducerWhyItsJobFailed() {
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          throw new IllegalStateException("not today");
        });

    List<String> said = NodePeer.run("produce.mjs", TestRedis.port(), queue, "{}");

    assertThat(Json.read("line", said.get(0)).get("failed").asText()).isEqualTo("not today");
  }

  @Test
  void shouldFeedANodeWorkerInOrder() {
    String first = mill.add(queue, "{\"n\":1}").id();
    String delayed =
        mill.add(queue, "{\"n\":2}", JobOptions.builder().delay(Duration.ofSeconds(8)).build())
            .id();
    String prioritized =
        mill.add(queue, "{\"n\":3}", JobOptions.builder().priority(5).jobId("named").build()).id();

    List<JsonNode> seen =
        NodePeer.run("consume.mjs", TestRedis.port(), queue, 3).stream()
            .map(line -> Json.read("line", line))
            .toList();

    assertThat(seen)
        .extracting(job -> job.get("id").asText())
        .containsExactly(first, prioritized, delayed);
    assertThat(mill.job(queue, delayed).returnValue()).isEqualTo("{\"seen\":{\"n\":2}}");
  }

  @Test
  void shouldWriteTheSameFieldsAsNodeForAnAddedJob() {
    NodePeer.run("add.mjs", TestRedis.port(), queue, "{\"a\":1}");
    Map<String, String> theirs = TestRedis.observer().hgetall("bull:" + queue + ":1");
    String ours =
        mill.engine
            .queue(queue)
            .add(
                new NewJob(
                    "from-node",
                    "{\"a\":1}",
                    JobOptions.builder()
                        .attempts(3)
                        .backoff(new Backoff(Backoff.Type.EXPONENTIAL, Duration.ofMillis(50), 0))
                        .build()))
            .join()
            .id();
    Map<String, String> written = TestRedis.observer().hgetall("bull:" + queue + ":" + ours);

    assertThat(written.keySet()).isEqualTo(theirs.keySet());
    for (String field : List.of("name", "data", "delay", "priority")) {
      assertThat(written.get(field)).as(field).isEqualTo(theirs.get(field));
    }
    assertThat(Json.read("opts", written.get("opts")))
        .isEqualTo(Json.read("opts", theirs.get("opts")));
  }

  @Test
  void shouldEmitTheSameEventsAsANodeWorker() {
    String theirs = EngineFixture.queueName();
    mill.add(theirs, "{}");
    NodePeer.run("consume.mjs", TestRedis.port(), theirs, 1);

    mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("{\"seen\":{}}"));
    String id = mill.add(queue, "{}").id();
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));

    assertThat(events(queue)).isEqualTo(events(theirs));
  }

  private static List<String> events(String queue) {
    return TestRedis.observer()
        .xrange("bull:" + queue + ":events", io.lettuce.core.Range.unbounded())
        .stream()
        .map(
            entry ->
                entry.getBody().entrySet().stream()
                    .map(Object::toString)
                    .collect(Collectors.joining(" ")))
        .toList();
  }
}
