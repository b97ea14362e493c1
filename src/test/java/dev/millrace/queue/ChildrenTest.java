package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of a flow that stands in Redis. */
class ChildrenTest {

  private final EngineFixture mill = new EngineFixture();
  private final String up = EngineFixture.queueName();
  private final String down = EngineFixture.queueName();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @AfterEach
  void close() {
    mill.close();
  }

  @Test
  void shouldTellWhatNodeTellsOfChildren() {
    NodeSession.run(
        """
        const at = redis(), key = queue6(args[0]).toKey('p');
        await at.hset(key + ':processed', 'bull:q:1', '{"a":1}', 'bull:q:2', 'null');
        await at.hset(key + ':failed', 'bull:q:3', 'no');
        await at.sadd(key + ':dependencies', 'bull:q:4', 'bull:q:5', 'bull:q:6');
        await at.zadd(key + ':unsuccessful', 2, 'bull:q:8', 1, 'bull:q:7');
        """,
        up);

    Children.Dependencies all = mill.engine.flows().children(up, "p").dependencies().join();

    assertThat(all.processed())
        .containsOnly(entry("bull:q:1", "{\"a\":1}"), entry("bull:q:2", "null"));
    assertThat(all.ignored()).containsOnly(entry("bull:q:3", "no"));
    assertThat(all.unprocessed()).containsExactlyInAnyOrder("bull:q:4", "bull:q:5", "bull:q:6");
    assertThat(all.failed()).containsExactly("bull:q:7", "bull:q:8");
    assertThat(mill.engine.flows().children(up, "p").counts().join())
        .isEqualTo(new Children.Counts(2, 3, 1, 2));
  }

  @Test
  void shouldReadTreeBackAsNodeReadsIt() {
    JsonNode theirs =
        NodeSession.run(
            """
            const flows = new v6.FlowProducer({connection: connection(), prefix});
            await flows.add({name: 'root', queueName: args[0], opts: {jobId: 'root'}, children: [
              {name: 'c', queueName: args[1], opts: {jobId: 'c'}},
              {name: 'f', queueName: args[1], opts: {jobId: 'f', ignoreDependencyOnFailure: true}},
              {name: 'd', queueName: args[1], opts: {jobId: 'd', failParentOnFailure: true}},
              {name: 'gone', queueName: args[1], opts: {jobId: 'gone'}},
              {name: 'm', queueName: args[1], opts: {jobId: 'm'}, children: [
                {name: 'leaf', queueName: args[0], opts: {jobId: 'leaf'}, children: [
                  {name: 'under', queueName: args[0], opts: {jobId: 'under'}}]}]}]});
            const worker = new v6.Worker(args[1], null, {connection: connection(), prefix});
            for (let at = 0; at < 3; at++) {
              const job = await worker.getNextJob('t');
              if (job.id === 'c') await job.moveToCompleted('yes', 't', false);
              else await job.moveToFailed(new Error('no'), 't', false);
            }
            await worker.close();
            await redis().del(queue6(args[1]).toKey('gone'));
            const shape = (node) => node && node.job.queueName + '/' + node.job.id
              + '[' + (node.children ?? []).map(shape).filter(Boolean).sort().join(',') + ']';
            const found = [];
            for (const [depth, maxChildren] of [[10, 20], [3, 20], [2, 20], [1, 20]])
              found.push(shape(await flows.getFlow({queueName: args[0], id: 'root', depth, maxChildren})));
            await flows.close();
            return found;
            """,
            up,
            down);

    for (int at = 0; at < 4; at++) {
      int depth = List.of(10, 3, 2, 1).get(at);
      JobNode ours = mill.engine.flows().getFlow(up, "root", depth, 20).join().orElseThrow();
      assertThat(shape(ours)).as("depth %d", depth).isEqualTo(theirs.get(at).asText());
    }
    assertThat(theirs.get(0).asText()).contains("/m[", "/leaf[", "/under[").doesNotContain("gone");
    JobNode narrow = mill.engine.flows().getFlow(up, "root", 2, 1).join().orElseThrow();
    assertThat(narrow.children()).hasSizeLessThan(5).isNotEmpty();
    assertThat(mill.engine.flows().getFlow(up, "nobody").join()).isEmpty();
    assertThatThrownBy(() -> mill.engine.flows().getFlow(up, "root", 0, 1))
        .hasMessage("depth 0 or maxChildren 1 is below 1; both begin at 1");
  }

  @Test
  void shouldSayWhyChildCannotLeaveItsParent() {
    NodeSession.run(
        """
        const flows = new v6.FlowProducer({connection: connection(), prefix});
        await flows.add({name: 'p', queueName: args[0], opts: {jobId: 'p'}, children: [
          {name: 'c', queueName: args[1], opts: {jobId: 'c'}}]});
        await flows.close();
        await redis().del(queue6(args[0]).toKey('p'));
        """,
        up,
        down);

    assertThatThrownBy(() -> mill.engine.admin(down).job("c").removeChildDependency().join())
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("has the parent " + TestRedis.key(up, "p") + ", which is not there");
    assertThatThrownBy(() -> mill.engine.admin(down).job("x").removeChildDependency().join())
        .hasMessageContaining("is not there (any more)");
    assertThat(mill.job(down, "c").parentKey()).isEqualTo(TestRedis.key(up, "p"));
  }

  private static String shape(JobNode node) {
    return node.job().queue()
        + "/"
        + node.job().id()
        + node.children().stream()
            .map(ChildrenTest::shape)
            .collect(Collectors.toCollection(TreeSet::new))
            .stream()
            .collect(Collectors.joining(",", "[", "]"));
  }
}
