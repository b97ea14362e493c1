package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.NodeSession;
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

  /** A producer that waits for what the worker returns: QUEUE, DATA. */
  private static final String PRODUCE =
      """
      const events = new v6.QueueEvents(args[0], { connection: connection(), prefix });
      await events.waitUntilReady();
      const job = await queue6(args[0]).add('from-node', args[1], { attempts: 1 });
      try {
        return { returned: await job.waitUntilFinished(events, 20_000) };
      } catch (error) {
        return { failed: error.message };
      } finally {
        await events.close();
      }
      """;

  /** A worker that takes jobs and closes: QUEUE, HOW MANY. */
  private static final String CONSUME =
      """
      const seen = [];
      const processor = async (job) => {
        seen.push(job.id);
        return { seen: job.data };
      };
      const worker = new v6.Worker(args[0], processor, { connection: connection(), prefix });
      let left = args[1];
      await new Promise((done) => worker.on('completed', () => --left === 0 && done()));
      await worker.close();
      return seen;
      """;

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

    JsonNode said = NodeSession.run(PRODUCE, queue, Map.of("who", "Ada"));

    assertThat(said.at("/returned/hello").asText()).isEqualTo("Ada");
  }

  @Test
  void shouldTellANodeProducerWhyItsJobFailed() {
    mill.engine.consume(
        ConsumerOptions.of(queue),
        run -> {
          throw new IllegalStateException("not today");
        });

    JsonNode said = NodeSession.run(PRODUCE, queue, Map.of());

    assertThat(said.get("failed").asText()).isEqualTo("not today");
  }

  @Test
  void shouldFeedANodeWorkerInOrder() {
    String first = mill.add(queue, "{\"n\":1}").id();
    String delayed =
        mill.add(queue, "{\"n\":2}", JobOptions.builder().delay(Duration.ofSeconds(8)).build())
            .id();
    String prioritized =
        mill.add(queue, "{\"n\":3}", JobOptions.builder().priority(5).jobId("named").build()).id();

    JsonNode seen = NodeSession.run(CONSUME, queue, 3);

    assertThat(seen).extracting(JsonNode::asText).containsExactly(first, prioritized, delayed);
    assertThat(mill.job(queue, delayed).returnValue()).isEqualTo("{\"seen\":{\"n\":2}}");
  }

  @Test
  void shouldWriteTheSameFieldsAsNodeForAnAddedJob() {
    NodeSession.run(
        "await queue6(args[0]).add('from-node', {a: 1}, {attempts: 3, backoff: {type: 'exponential', delay: 50}})",
        queue);
    Map<String, String> theirs = TestRedis.observer().hgetall(TestRedis.key(queue, "1"));
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
    Map<String, String> written = TestRedis.observer().hgetall(TestRedis.key(queue, ours));

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
    NodeSession.run(CONSUME, theirs, 1);

    mill.engine.consume(ConsumerOptions.of(queue), run -> run.complete("{\"seen\":{}}"));
    String id = mill.add(queue, "{}").id();
    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));

    assertThat(events(queue)).isEqualTo(events(theirs));
  }

  private static List<String> events(String queue) {
    return TestRedis.observer()
        .xrange(TestRedis.key(queue, "events"), io.lettuce.core.Range.unbounded())
        .stream()
        .map(
            entry ->
                entry.getBody().entrySet().stream()
                    .map(Object::toString)
                    .collect(Collectors.joining(" ")))
        .toList();
  }
}
