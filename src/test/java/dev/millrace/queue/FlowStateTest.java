package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.NodeSession;
import dev.millrace.QueueDump;
import dev.millrace.TestRedis;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What flows leave in Redis is, key by key and field by field, what BullMQ leaves. The parents are
 * in the queue {@code UP}, unless a flow says otherwise.
 */
class FlowStateTest {

  /** In every flow's options: the id and a fixed time. */
  private static final String AT = "\"timestamp\": 1500000000000, \"jobId\": ";

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

  // ---- adding

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "plain job      | {'name': 'a', 'queueName': 'DOWN', 'opts': {AT 'a'}}",
        "deduplicated   | {'name': 'a', 'queueName': 'DOWN', 'opts': {AT 'a', 'deduplication': {'id': 'd'}}}",
        "one child      | {'name': 'p', 'queueName': 'UP', 'data': {'n': 1}, 'opts': {AT 'p'}, 'children':"
            + " [{'name': 'c', 'queueName': 'DOWN', 'data': {'n': 2}, 'opts': {AT 'c'}}]}",
        "places         | {'name': 'p', 'queueName': 'UP', 'opts': {AT 'p', 'priority': 2, 'delay': 5000}, 'children': ["
            + " {'name': 'c', 'queueName': 'DOWN', 'opts': {AT 'c', 'priority': 3}},"
            + " {'name': 'd', 'queueName': 'DOWN', 'opts': {AT 'd', 'delay': 60000}},"
            + " {'name': 'e', 'queueName': 'DOWN', 'opts': {AT 'e', 'lifo': true}}]}",
        "rules          | {'name': 'p', 'queueName': 'UP', 'opts': {AT 'p'}, 'children': ["
            + " {'name': 'c', 'queueName': 'DOWN', 'opts': {AT 'c', 'failParentOnFailure': true}},"
            + " {'name': 'd', 'queueName': 'DOWN', 'opts': {AT 'd', 'continueParentOnFailure': true}},"
            + " {'name': 'e', 'queueName': 'DOWN', 'opts': {AT 'e', 'ignoreDependencyOnFailure': true}},"
            + " {'name': 'f', 'queueName': 'DOWN', 'opts': {AT 'f', 'removeDependencyOnFailure': true}}]}",
        "three levels   | {'name': 'p', 'queueName': 'UP', 'opts': {AT 'p'}, 'children': ["
            + " {'name': 'c', 'queueName': 'DOWN', 'opts': {AT 'c', 'attempts': 3}, 'children': ["
            + "  {'name': 'g', 'queueName': 'DOWN', 'opts': {AT 'g'}}, {'name': 'h', 'queueName': 'UP', 'opts': {AT 'h'}}]},"
            + " {'name': 'd', 'queueName': 'UP', 'opts': {AT 'd'}, 'children': ["
            + "  {'name': 'i', 'queueName': 'DOWN', 'opts': {AT 'i'}}]}]}",
        "done before    | {'name': 'p', 'queueName': 'UP', 'opts': {AT 'p'}, 'children': ["
            + " {'name': 'c', 'queueName': 'DOWN', 'opts': {AT 'done'}}]}",
        "done delayed   | {'name': 'p', 'queueName': 'UP', 'opts': {AT 'p', 'delay': 60000}, 'children': ["
            + " {'name': 'c', 'queueName': 'DOWN', 'opts': {AT 'done'}}]}",
        "one done       | {'name': 'p', 'queueName': 'UP', 'opts': {AT 'p'}, 'children': ["
            + " {'name': 'c', 'queueName': 'DOWN', 'opts': {AT 'done'}}, {'name': 'd', 'queueName': 'DOWN', 'opts': {AT 'd'}}]}",
        "waits already  | {'name': 'p', 'queueName': 'UP', 'opts': {AT 'p'}, 'children': ["
            + " {'name': 'c', 'queueName': 'DOWN', 'opts': {AT 'waits'}}]}",
        "others' child  | {'name': 'p', 'queueName': 'UP', 'opts': {AT 'p'}, 'children': ["
            + " {'name': 'c', 'queueName': 'DOWN', 'opts': {AT 'owned'}}]}",
        "known parent   | {'name': 'p', 'queueName': 'UP', 'opts': {AT 'owner'}, 'children': ["
            + " {'name': 'c', 'queueName': 'DOWN', 'opts': {AT 'c'}}]}",
        "under a parent | {'name': 'p', 'queueName': 'DOWN', 'opts': {AT 'p', 'parent': {'id': 'owner', 'queue': 'FULL'}}}",
        "tree under one | {'name': 'p', 'queueName': 'DOWN', 'opts': {AT 'p', 'parent': {'id': 'owner', 'queue': 'FULL'}},"
            + " 'children': [{'name': 'c', 'queueName': 'DOWN', 'opts': {AT 'c'}}]}",
      })
  void shouldAddFlowAsBullMQ(String name, String flow) {
    for (String queue : new String[] {theirs, ours}) {
      NodeSession.run(
          """
          const flows = kept.flows ??= new v6.FlowProducer({connection: connection(), prefix});
          const queue = queue6(args[0]);
          await queue.add('x', {}, {jobId: 'done', timestamp: 1500000000000});
          const worker = new v6.Worker(args[0], null, {connection: connection(), prefix});
          const job = await worker.getNextJob('t');
          await job.moveToCompleted('yes', 't', false);
          await worker.close();
          await queue.add('x', {}, {jobId: 'waits', timestamp: 1500000000000});
          await flows.add({name: 'o', queueName: args[0] + '-up', opts: {jobId: 'owner', timestamp: 1500000000000},
            children: [{name: 'c', queueName: args[0], opts: {jobId: 'owned', timestamp: 1500000000000}}]});
          await redis().del(queue.toKey('marker'));
          """,
          queue);
    }

    NodeSession.run("await kept.flows.add(JSON.parse(args[0]))", fill(flow, theirs));
    mill.engine.flows().add(FlowJob.parse(fill(flow, ours), null)).join();

    assertThat(withMarker(ours)).isEqualTo(withMarker(theirs));
  }

  @Test
  void shouldAddNothingUnderParentThatIsMissing() {
    String flow =
        "{'name': 'p', 'queueName': 'DOWN', 'opts': {'parent': {'id': 'none', 'queue': 'FULL'}},"
            + " 'children': [{'name': 'c', 'queueName': 'DOWN'}]}";

    assertThatThrownBy(() -> mill.engine.flows().add(FlowJob.parse(fill(flow, ours), null)).join())
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("parent job none of queue " + TestRedis.PREFIX + ":" + ours + "-up")
        .hasMessageContaining("does not exist");
    assertThat(QueueDump.without(ours, "meta")).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "standard    | c     | {}",
        "prioritized | c     | {'priority': 4}",
        "delayed     | c     | {'delay': 60000}",
        "fpof        | c     | {'failParentOnFailure': true}",
        "done before | done  | {}",
        "waits       | waits | {}",
      })
  void shouldAddChildToParentAsBullMQ(String name, String id, String options) {
    for (String queue : new String[] {theirs, ours}) {
      NodeSession.run(
          """
          const queue = queue6(args[0]);
          await queue.add('x', {}, {jobId: 'done', timestamp: 1500000000000});
          const worker = new v6.Worker(args[0], null, {connection: connection(), prefix});
          const job = await worker.getNextJob('t');
          await job.moveToCompleted('yes', 't', false);
          await worker.close();
          await queue.add('x', {}, {jobId: 'waits', timestamp: 1500000000000});
          await queue6(args[0] + '-up').add('p', {}, {jobId: 'parent', timestamp: 1500000000000});
          await redis().del(queue.toKey('marker'));
          """,
          queue);
    }
    String flow =
        "{'name': 'c', 'queueName': 'DOWN', 'opts': {%s, AT '%s', 'parent': {'id': 'parent', 'queue': 'FULL'}}}"
            .formatted(options.substring(1, options.length() - 1), id)
            .replace("{,", "{");

    NodeSession.run(
        "const {name, opts} = JSON.parse(args[1]); await queue6(args[0]).add(name, {}, opts)",
        theirs,
        fill(flow, theirs));
    FlowJob same = FlowJob.parse(fill(flow, ours), null);
    mill.engine.queue(ours).add(new NewJob("c", "{}", same.options())).join();

    assertThat(withMarker(ours)).isEqualTo(withMarker(theirs));
  }

  @Test
  void shouldRefuseChildThatIsAnothersOrWhoseParentIsMissing() {
    mill.engine
        .flows()
        .add(
            FlowJob.parse(
                fill(
                    "{'name': 'p', 'queueName': 'UP', 'opts': {AT 'p'}, 'children':"
                        + " [{'name': 'c', 'queueName': 'DOWN', 'opts': {AT 'c'}}]}",
                    ours),
                null))
        .join();
    mill.add(ours + "-up", "{}", JobOptions.builder().jobId("other").build());
    Map<String, String> before = dump(ours);

    assertThatThrownBy(() -> addChild("c", "other"))
        .hasMessageContaining("job c exists already and is the child of another parent than other");
    assertThatThrownBy(() -> addChild("new", "none"))
        .hasMessageContaining("parent job none of queue " + ours + "-up does not exist");

    assertThat(dump(ours)).usingRecursiveComparison().ignoringFields("id").isEqualTo(before);
  }

  private void addChild(String id, String parent) {
    mill.add(
        ours,
        "{}",
        JobOptions.builder().jobId(id).parent(new ParentJob(ours + "-up", parent)).build());
  }

  // ---- ending

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "completed           | {}                                | {}                | 1",
        "completed delayed   | {}                                | {delay: 60000}    | 1",
        "completed removed   | {removeOnComplete: true}          | {priority: 2}     | 1",
        "none                | {}                                | {}                | 1",
        "removed             | {removeOnFail: true}              | {}                | 1",
        "removed prioritized | {removeOnFail: true}              | {priority: 3}     | 1",
        "fpof                | {failParentOnFailure: true}       | {}                | 1",
        "fpof prioritized    | {failParentOnFailure: true}       | {priority: 3}     | 1",
        "fpof delayed        | {failParentOnFailure: true}       | {delay: 60000}    | 1",
        "fpof of two         | {failParentOnFailure: true}       | {}                | 2",
        "cpof of two         | {continueParentOnFailure: true}   | {}                | 2",
        "idof                | {ignoreDependencyOnFailure: true} | {}                | 1",
        "idof of two         | {ignoreDependencyOnFailure: true} | {}                | 2",
        "idof delayed        | {ignoreDependencyOnFailure: true} | {delay: 60000}    | 1",
        "rdof                | {removeDependencyOnFailure: true} | {}                | 1",
        "rdof of two         | {removeDependencyOnFailure: true} | {}                | 2",
      })
  void shouldEndChildAsBullMQ(
      String name, String childOptions, String parentOptions, int children) {
    String add =
        """
        const flows = kept.flows ??= new v6.FlowProducer({connection: connection(), prefix});
        const child = (id, delay) => ({name: 'child', queueName: args[0],
          opts: {...%s, jobId: id, timestamp: 1500000000000, delay}});
        await flows.add({name: 'parent', queueName: args[0] + '-up', opts: {...%s, jobId: 'p', timestamp: 1500000000000},
          children: [child('c', 0), child('d', 5e12)].slice(0, args[1])});
        """
            .formatted(childOptions, parentOptions);
    NodeSession.run(add, theirs, children);
    NodeSession.run(add, ours, children);

    endOne(!name.startsWith("completed"));
  }

  /** The first failure is removed when the second comes. */
  @Test
  void shouldLetParentGoAsBullMQWhenRetentionRemovesItsFailedChild() {
    String add =
        """
        const flows = kept.flows ??= new v6.FlowProducer({connection: connection(), prefix});
        await flows.add({name: 'parent', queueName: args[0] + '-up', opts: {jobId: 'p', timestamp: 1500000000000},
          children: [{name: 'c', queueName: args[0], opts: {jobId: 'c', timestamp: 1500000000000, removeOnFail: 1}}]});
        await queue6(args[0]).add('d', {}, {jobId: 'd', timestamp: 1500000000000, removeOnFail: 1});
        """;
    NodeSession.run(add, theirs);
    NodeSession.run(add, ours);
    NodeSession.run(
        """
        const worker = new v6.Worker(args[0], null, {connection: connection(), prefix});
        await (await worker.getNextJob('t')).moveToFailed(new Error('no'), 't', false);
        await new Promise((resolve) => setTimeout(resolve, 2));
        await (await worker.getNextJob('t')).moveToFailed(new Error('no'), 't', false);
        await worker.close();
        """,
        theirs);

    mill.engine.consume(
        ConsumerOptions.of(ours), run -> run.fail(new IllegalStateException("no"), true));

    Awaitility.await()
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(dump(ours)).isEqualTo(dump(theirs)));
    assertThat(dump(ours)).containsEntry("up wait", "[p]");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"paused", "full", "delayed", "failed", "gone"})
  void shouldEndChildAsBullMQWhenItsParentIs(String state) {
    String add =
        """
        const flows = kept.flows ??= new v6.FlowProducer({connection: connection(), prefix});
        const up = queue6(args[0] + '-up');
        await flows.add({name: 'parent', queueName: up.name, opts: {jobId: 'p', timestamp: 1500000000000},
          children: [{name: 'c', queueName: args[0],
            opts: {failParentOnFailure: true, jobId: 'c', timestamp: 1500000000000}}]});
        switch (args[1]) {
          case 'paused': await up.pause(); break;
          case 'full':
            await up.setGlobalConcurrency(1);
            await up.add('x', {}, {jobId: 'x', timestamp: 1500000000000});
            const worker = new v6.Worker(up.name, null, {connection: connection(), prefix});
            await worker.getNextJob('t');
            await worker.close();
            await redis().del(up.toKey('marker'));
            break;
          case 'delayed':
            await redis().zrem(up.toKey('waiting-children'), 'p');
            await redis().zadd(up.toKey('delayed'), 6e15, 'p');
            break;
          case 'failed':
            await redis().zrem(up.toKey('waiting-children'), 'p');
            await redis().zadd(up.toKey('failed'), 1, 'p');
            break;
          case 'gone': await redis().del(up.toKey('p')); break;
        }
        """;
    NodeSession.run(add, theirs, state);
    NodeSession.run(add, ours, state);

    endOne(true);
  }

  /** Node ends the first job of one queue, we that of the other; the same must be left. */
  private void endOne(boolean fails) {
    NodeSession.run(
        """
        const worker = new v6.Worker(args[0], null, {connection: connection(), prefix});
        const job = await worker.getNextJob('t');
        if (args[1]) await job.moveToFailed(new Error('no'), 't', false); else await job.moveToCompleted('yes', 't', false);
        await worker.close();
        """,
        theirs,
        fails);
    mill.engine.consume(
        ConsumerOptions.of(ours),
        run -> {
          if (fails) {
            run.fail(new IllegalStateException("no"), true);
          } else {
            run.complete("\"yes\"");
          }
        });

    Awaitility.await()
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(dump(ours)).isEqualTo(dump(theirs)));
  }

  /** Of the queue and of its parents' queue, which has no consumer and so keeps its marker. */
  private static Map<String, String> dump(String queue) {
    Map<String, String> dump = new TreeMap<>();
    QueueDump.without(queue, "marker").forEach((k, v) -> dump.put(k, text(v, queue)));
    QueueDump.of(queue + "-up").forEach((k, v) -> dump.put("up " + k, text(v, queue)));
    return dump;
  }

  private static Map<String, String> withMarker(String queue) {
    Map<String, String> dump = dump(queue);
    QueueDump.of(queue).forEach((k, v) -> dump.put(k, text(v, queue)));
    return dump;
  }

  private static String text(Object value, String queue) {
    return value.toString().replace(queue, "QUEUE");
  }

  private static String fill(String flow, String queue) {
    return flow.replace('\'', '"')
        .replace("AT ", AT)
        .replace("FULL", TestRedis.PREFIX + ":" + queue + "-up")
        .replace("UP", queue + "-up")
        .replace("DOWN", queue);
  }
}
