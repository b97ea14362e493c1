package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.NodeSession;
import dev.millrace.QueueDump;
import dev.millrace.TestRedis;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What flows leave in Redis is, key by key and field by field, what BullMQ leaves. */
class FlowStateTest {

  private final EngineFixture mill = new EngineFixture();
  private final String theirs = EngineFixture.queueName();
  private final String ours = EngineFixture.queueName();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @AfterEach
  void close() {
    mill.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "completed          | {}                                                   | {}",
        "none               | {}                                                   | {}",
        "removed            | {removeOnFail: true}                                 | {}",
        "fpof               | {failParentOnFailure: true}                          | {}",
        "cpof               | {continueParentOnFailure: true}                      | {}",
        "idof               | {ignoreDependencyOnFailure: true}                    | {}",
        "rdof               | {removeDependencyOnFailure: true}                    | {}",
        "fpof prioritized   | {failParentOnFailure: true}                          | {priority: 3}",
        "idof delayed       | {ignoreDependencyOnFailure: true}                    | {delay: 60000}",
        "removed prioritized| {removeOnFail: true}                                 | {priority: 3}",
      })
  void shouldEndChildAsBullMQ(String name, String childOptions, String parentOptions) {
    String add =
        """
        const flows = kept.flows ??= new v6.FlowProducer({connection: connection(), prefix});
        await flows.add({name: 'parent', queueName: args[0], opts: {...%s, jobId: 'p', timestamp: 1500000000000},
          children: [{name: 'child', queueName: args[0], opts: {...%s, jobId: 'c', timestamp: 1500000000000}}]});
        """
            .formatted(parentOptions, childOptions);
    NodeSession.run(add, theirs);
    NodeSession.run(add, ours);
    boolean fails = !name.equals("completed");

    NodeSession.run(
        """
        const worker = new v6.Worker(args[0], null, {connection: connection(), prefix});
        const job = await worker.getNextJob('t');
        if (args[1]) await job.moveToFailed(new Error('no'), 't', false); else await job.moveToCompleted('yes', 't', false);
        await worker.close();
        """,
        theirs,
        fails);
    QueueConsumer consumer =
        mill.engine.consume(
            ConsumerOptions.of(ours),
            run -> {
              if (fails) {
                run.fail(new IllegalStateException("no"), true);
              } else {
                run.complete("\"yes\"");
              }
            });

    Awaitility.await().untilAsserted(() -> assertThat(dump(ours)).isEqualTo(dump(theirs)));
    consumer.close(java.time.Duration.ZERO).join();
  }

  private static Map<String, Object> dump(String queue) {
    return QueueDump.without(queue, "marker");
  }
}
