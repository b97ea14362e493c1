package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.NodeSession;
import dev.millrace.QueueDump;
import dev.millrace.TestRedis;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Flows that run: ours, Node's, and both fleets at one flow. */
class FlowTest {

  private final EngineFixture mill = new EngineFixture();
  private final String down = EngineFixture.queueName();
  private final String up = EngineFixture.queueName();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @AfterEach
  void close() {
    NodeSession.run("await kept.worker?.close(); kept.worker = undefined");
    mill.close();
  }

  // ---- both directions

  @ParameterizedTest
  @ValueSource(strings = {"v5", "v6"})
  void shouldWorkNodesFlowOfThreeLevelsOverTwoQueues(String version) {
    NodeSession.run(
        """
        const flows = new ({v5, v6}[args[2]].FlowProducer)({connection: connection(), prefix});
        await flows.add({name: 'root', queueName: args[0], data: 1, opts: {jobId: 'root'}, children: [
          {name: 'middle', queueName: args[1], data: 10, opts: {jobId: 'm'}, children: [
            {name: 'leaf', queueName: args[0], data: 100, opts: {jobId: 'l'}},
            {name: 'leaf', queueName: args[1], data: 200, opts: {jobId: 'k'}}]},
          {name: 'leaf', queueName: args[1], data: 20, opts: {jobId: 'n', priority: 3}}]});
        await flows.close();
        """,
        up,
        down,
        version);

    mill.engine.consume(ConsumerOptions.of(up), this::sum);
    mill.engine.consume(ConsumerOptions.of(down).withConcurrency(5), this::sum);

    awaitEnd(up, "root");
    assertThat(mill.job(up, "root").returnValue()).isEqualTo("331");
    assertThat(children(up, "root").values().join())
        .containsOnly(entry(key(down, "m"), "310"), entry(key(down, "n"), "20"));
  }

  @Test
  void shouldAddFlowThatNodeWorks() {
    AddedFlow added =
        mill.engine
            .flows()
            .add(
                FlowJob.of("root", up, "1")
                    .with(
                        FlowJob.of("leaf", down, "10"),
                        FlowJob.of("middle", up, "20").with(FlowJob.of("leaf", down, "100"))))
            .join();

    JsonNode returned =
        NodeSession.run(
            """
            const sum = async (job) =>
              Object.values(await job.getChildrenValues()).reduce((a, b) => a + b, job.data);
            const workers = args.slice(0, 2).map((q) => new v6.Worker(q, sum, {connection: connection(), prefix}));
            const events = new v6.QueueEvents(args[0], {connection: connection(), prefix});
            const job = await v6.Job.fromId(queue6(args[0]), args[2]);
            const value = await job.waitUntilFinished(events, 20000);
            await Promise.all([...workers, events].map((it) => it.close()));
            return value;
            """,
            up,
            down,
            added.job().id());

    assertThat(returned.asInt()).isEqualTo(131);
    assertThat(added.job().id()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(added.children()).extracting(AddedFlow::queue).containsExactly(down, up);
    AddedFlow middle = added.children().get(1);
    assertThat(children(up, middle.job().id()).values().join())
        .containsOnly(entry(key(down, middle.children().get(0).job().id()), "100"));
  }

  @Test
  void shouldShareFlowWithNode() {
    String id =
        mill.engine
            .flows()
            .add(
                FlowJob.of("root", up, "1")
                    .with(FlowJob.of("leaf", down, "10"), FlowJob.of("leaf", up, "20")))
            .join()
            .job()
            .id();
    mill.engine.consume(ConsumerOptions.of(up), this::sum);
    nodeWorks(down, "async (job) => job.data + 1");

    awaitEnd(up, id);

    assertThat(mill.job(up, id).returnValue()).isEqualTo("32");
  }

  @Test
  void shouldRunParentOnceWhenManyChildrenEndTogether() {
    FlowJob[] leaves =
        IntStream.rangeClosed(1, 60)
            .mapToObj(i -> FlowJob.of("leaf", down, Integer.toString(i)))
            .toArray(FlowJob[]::new);
    mill.engine.consume(ConsumerOptions.of(down).withConcurrency(20), this::sum);
    Map<String, Integer> runs = new ConcurrentHashMap<>();
    mill.engine.consume(
        ConsumerOptions.of(up),
        run -> {
          runs.merge(run.job().id(), 1, Integer::sum);
          sum(run);
        });

    String id = mill.engine.flows().add(FlowJob.of("root", up, "0").with(leaves)).join().job().id();

    awaitEnd(up, id);
    assertThat(mill.job(up, id).returnValue()).isEqualTo("1830");
    assertThat(runs).containsOnly(entry(id, 1));
  }

  @Test
  void shouldAddFlowsInBulkAndTellOfEach() {
    List<AddedFlow> added =
        mill.engine
            .flows()
            .addBulk(
                List.of(
                    FlowJob.of("a", up, "1").with(FlowJob.of("b", down, "2")),
                    FlowJob.of("c", up, "3")
                        .with(JobOptions.builder().parent(new ParentJob(up, "none")).build())
                        .with(FlowJob.of("d", down, "4")),
                    FlowJob.of("e", up, "5")))
            .join();

    assertThat(added)
        .extracting(flow -> flow.job().status())
        .containsExactly(
            AddedJob.Status.ADDED, AddedJob.Status.PARENT_MISSING, AddedJob.Status.ADDED);
    assertThat(added.get(1).children().get(0).job().status())
        .isEqualTo(AddedJob.Status.PARENT_MISSING);
    assertThat(TestRedis.observer().llen(key(down, "wait"))).isEqualTo(1);
    assertThat(TestRedis.observer().lrange(key(up, "wait"), 0, -1))
        .containsExactly(added.get(2).job().id());
  }

  // ---- failures

  @Test
  void shouldFailUpwardsThroughAllLevels() {
    addTower(DependencyRule.FAIL_PARENT_ON_FAILURE);
    mill.engine.consume(ConsumerOptions.of(up), this::sum);
    mill.engine.consume(ConsumerOptions.of(down), FlowTest::failLeaf);

    awaitEnd(up, "root");

    assertThat(mill.job(down, "leaf").failedReason()).isEqualTo("no leaf");
    assertThat(mill.job(up, "middle").failedReason())
        .isEqualTo("child " + key(down, "leaf") + " failed");
    assertThat(mill.job(up, "root").failedReason())
        .isEqualTo("child " + key(up, "middle") + " failed");
    assertThat(mill.job(up, "root").deferredFailure()).isNull();
    assertThat(children(up, "root").counts().join()).isEqualTo(new Children.Counts(0, 0, 0, 1));
    assertThat(children(up, "middle").dependencies().join().failed())
        .containsExactly(key(down, "leaf"));
  }

  @Test
  void shouldFailUpwardsWhenNodeWorksThePartsBetween() {
    addTower(DependencyRule.FAIL_PARENT_ON_FAILURE);
    nodeWorks(up, "async () => 1");
    mill.engine.consume(ConsumerOptions.of(down), FlowTest::failLeaf);

    awaitEnd(up, "root");

    assertThat(mill.job(up, "root").failedReason())
        .isEqualTo("child " + key(up, "middle") + " failed");
  }

  @Test
  void shouldFailOurParentOfNodesFailedChild() {
    addTower(DependencyRule.FAIL_PARENT_ON_FAILURE);
    mill.engine.consume(ConsumerOptions.of(up), this::sum);
    nodeWorks(down, "async () => { throw new v6.UnrecoverableError('no leaf') }");

    awaitEnd(up, "root");

    assertThat(mill.job(up, "middle").failedReason())
        .isEqualTo("child " + key(down, "leaf") + " failed");
    assertThat(mill.job(up, "root").failedReason())
        .isEqualTo("child " + key(up, "middle") + " failed");
  }

  @ParameterizedTest
  @EnumSource(
      value = DependencyRule.class,
      names = "FAIL_PARENT_ON_FAILURE",
      mode = EnumSource.Mode.EXCLUDE)
  void shouldRunParentDespiteFailedChild(DependencyRule rule) {
    addTower(rule);
    mill.engine.consume(ConsumerOptions.of(up), this::sum);
    mill.engine.consume(ConsumerOptions.of(down), FlowTest::failLeaf);

    awaitEnd(up, "root");

    assertThat(mill.job(up, "root").returnValue()).isEqualTo("3");
    Map<String, String> heard =
        rule == DependencyRule.REMOVE_DEPENDENCY_ON_FAILURE
            ? Map.of()
            : Map.of(key(down, "leaf"), "no leaf");
    assertThat(children(up, "middle").ignoredFailures().join()).isEqualTo(heard);
  }

  @Test
  void shouldLetParentWaitForRetryOfChildWithoutRule() {
    addTower(null);
    mill.engine.consume(ConsumerOptions.of(up), this::sum);
    Map<String, Integer> tries = new ConcurrentHashMap<>();
    mill.engine.consume(
        ConsumerOptions.of(down),
        run -> {
          if (tries.merge("leaf", 1, Integer::sum) == 1) {
            throw new IllegalStateException("not yet");
          }
          sum(run);
        });
    await().until(() -> mill.heard.contains("leaf FAILED"));
    assertThat(children(up, "middle").dependencies().join().unprocessed())
        .containsExactly(key(down, "leaf"));

    NodeSession.run("await (await v6.Job.fromId(queue6(args[0]), 'leaf')).retry()", down);

    awaitEnd(up, "root");
    assertThat(mill.job(up, "root").returnValue()).isEqualTo("103");
  }

  // ---- a running parent

  @Test
  void shouldParkRunningJobUntilChildrenAddedOnTheWayHaveEnded() {
    Map<String, List<Boolean>> said = new ConcurrentHashMap<>();
    mill.engine.consume(ConsumerOptions.of(down), this::sum);
    mill.engine.consume(
        ConsumerOptions.of(up),
        run -> {
          boolean first = run.job().attemptsStarted() == 1;
          if (first) {
            addChild(run.job().id(), "one", null);
          }
          boolean waits = run.moveToWaitingChildren().join();
          said.merge("waits", List.of(waits), (a, b) -> List.of(a.get(0), b.get(0)));
          if (!waits) {
            sum(run);
          }
        });

    String id = mill.add(up, "5").id();

    awaitEnd(up, id);
    assertThat(said.get("waits")).containsExactly(true, false);
    Job job = mill.job(up, id);
    assertThat(job.returnValue()).isEqualTo("12");
    assertThat(job.attemptsMade()).isEqualTo(1);
    assertThat(job.attemptsStarted()).isEqualTo(2);
    assertThat(mill.heard).containsSubsequence(id + " WAITING_FOR_CHILDREN", id + " COMPLETED");
  }

  @Test
  void shouldKeepTheSlotOfRunThatAsksToWait() {
    AtomicInteger atOnce = new AtomicInteger();
    Map<Integer, Boolean> seen = new ConcurrentHashMap<>();
    mill.addMany(up, 20);
    mill.engine.consume(
        ConsumerOptions.of(up),
        run -> {
          seen.put(atOnce.incrementAndGet(), true);
          boolean waits = run.moveToWaitingChildren().join();
          seen.put(atOnce.get(), !waits);
          atOnce.decrementAndGet();
          run.complete("1");
        });

    await().until(() -> mill.counts(up).get("completed") == 20);
    assertThat(seen).containsOnly(entry(1, true));
  }

  @Test
  void shouldTellRunThatCannotWaitBecauseChildFailed() {
    Map<String, String> said = new ConcurrentHashMap<>();
    mill.engine.consume(ConsumerOptions.of(down), FlowTest::failLeaf);
    mill.engine.consume(
        ConsumerOptions.of(up),
        run -> {
          addChild(run.job().id(), "leaf", DependencyRule.FAIL_PARENT_ON_FAILURE);
          await().until(() -> mill.heard.contains("leaf FAILED"));
          run.moveToWaitingChildren()
              .exceptionally(
                  failure -> {
                    said.put("failure", failure.getMessage());
                    return false;
                  })
              .join();
          run.complete("1");
        });

    String id = mill.add(up, "5", JobOptions.builder().attempts(3).build()).id();

    awaitEnd(up, id);
    assertThat(said.get("failure")).contains("cannot wait for its children: a child failed");
    assertThat(mill.job(up, id).failedReason())
        .isEqualTo(
            "Cannot complete job "
                + id
                + " because it has at least one failed child. moveToFinished");
    assertThat(mill.job(up, id).attemptsMade()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pending", "failed", "waits", "nothing"})
  void shouldEndRunningParentAsBullMQ(String children) {
    String theirs = up;
    String ours = EngineFixture.queueName();
    for (String queue : List.of(theirs, ours)) {
      NodeSession.run(
          "await queue6(args[0]).add('p', {}, {jobId: 'p', timestamp: 1500000000000})", queue);
    }
    String addChild =
        """
        const opts = {jobId: 'c', timestamp: 1500000000000, failParentOnFailure: true,
          parent: {id: 'p', queue: prefix + ':' + args[0]}};
        if (args[1] === 'failed') {
          await queue6(args[0] + '-c').add('c', {}, opts);
          const worker = new v6.Worker(args[0] + '-c', null, {connection: connection(), prefix});
          await (await worker.getNextJob('t')).moveToFailed(new Error('no'), 't');
          await worker.close();
        } else if (args[1] !== 'nothing') {
          await queue6(args[0] + '-c').add('c', {}, opts);
        }
        """;

    NodeSession.run(
        """
        const done = new Promise((resolve) => {
          kept.worker = new v6.Worker(args[0], async (job, token) => {
            %s
            if (args[1] === 'waits' && (await job.moveToWaitingChildren(token))) {
              setTimeout(resolve, 50);
              throw new v6.WaitingChildrenError();
            }
            if (args[1] === 'nothing' && (await job.moveToWaitingChildren(token))) throw new Error('waits');
            return 1;
          }, {connection: connection(), prefix});
          kept.worker.on('error', () => {});
          kept.worker.on('failed', resolve);
          kept.worker.on('completed', resolve);
        });
        await done;
        await kept.worker.close();
        """
            .formatted(addChild),
        theirs,
        children);
    mill.engine.consume(
        ConsumerOptions.of(ours),
        run -> {
          NodeSession.run(addChild, ours, children);
          boolean asks = children.equals("waits") || children.equals("nothing");
          if (!asks || !run.moveToWaitingChildren().join()) {
            run.complete("1");
          }
        });

    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(withoutNames(QueueDump.without(ours, "marker"), ours))
                    .isEqualTo(withoutNames(QueueDump.without(theirs, "marker"), theirs)));
  }

  // ---- what is told and what it costs

  @Test
  void shouldCostAsFewCallsAsTheScriptSays() {
    // The length of the events stream is written once in a queue's life.
    mill.add(up, "1");
    long before = mill.engine.meter().billed();

    FlowJob leaf = FlowJob.of("leaf", up, "1");
    mill.engine.flows().add(FlowJob.of("root", up, "1").with(leaf, leaf, leaf)).join();

    // Script, meta, counter, marker, wait, dependencies; each job its hash and two events; the root
    // its place.
    assertThat(mill.engine.meter().billed() - before).isEqualTo(6 + 4 * 3 + 1);
  }

  @Test
  void shouldRefuseWhatBullMQRefuses() {
    JobOptions unique = JobOptions.builder().deduplication(Deduplication.untilDone("d")).build();
    FlowJob leaf = FlowJob.of("leaf", down, "1");

    assertThatThrownBy(() -> leaf.with(unique).with(leaf))
        .hasMessageContaining(
            "job \"leaf\" of queue " + down + " has children and a deduplication");
    assertThatThrownBy(() -> leaf.with(leaf.with(unique)))
        .hasMessageContaining("is a child and has a deduplication");
    assertThatThrownBy(() -> FlowJob.parse("{\"name\":\"a\",\"children\":[]}", null))
        .hasMessageContaining("named \"a\", has no queueName; set it");
    assertThatThrownBy(
            () ->
                FlowJob.parse(
                    "{\"name\":\"a\",\"queueName\":\"q\",\"opts\":{\"jobId\":\"7\"}}", null))
        .hasMessageContaining("jobId \"7\" is an integer");
  }

  private void addTower(DependencyRule rule) {
    JobOptions middle = JobOptions.builder().jobId("middle").onFailure(rule).build();
    JobOptions leaf = JobOptions.builder().jobId("leaf").onFailure(rule).build();
    mill.engine
        .flows()
        .add(
            FlowJob.of("root", up, "1")
                .with(JobOptions.builder().jobId("root").build())
                .with(
                    FlowJob.of("middle", up, "2")
                        .with(middle)
                        .with(FlowJob.of("leaf", down, "100").with(leaf))))
        .join();
  }

  private void addChild(String parent, String id, DependencyRule rule) {
    JobOptions options =
        JobOptions.builder().jobId(id).parent(new ParentJob(up, parent)).onFailure(rule).build();
    mill.add(down, "7", options);
  }

  /** Its own number and those of its children. */
  private void sum(JobRun run) {
    int sum = Integer.parseInt(run.job().data());
    Children children = children(run.job().queue(), run.job().id());
    for (String value : children.values().join().values()) {
      sum += Integer.parseInt(value);
    }
    run.complete(Integer.toString(sum));
  }

  private static void failLeaf(JobRun run) {
    run.fail(new IllegalStateException("no " + run.job().id()), false);
  }

  private void nodeWorks(String queue, String processor) {
    NodeSession.run(
        "kept.worker = new v6.Worker(args[0], "
            + processor
            + ", {connection: connection(), prefix})",
        queue);
  }

  private Children children(String queue, String id) {
    return mill.engine.flows().children(queue, id);
  }

  private void awaitEnd(String queue, String id) {
    await().atMost(EngineFixture.SOON).until(() -> mill.job(queue, id).finishedOn() != null);
  }

  private static String key(String queue, String id) {
    return TestRedis.key(queue, id);
  }

  private static String withoutNames(Map<String, Object> dump, String queue) {
    return dump.toString().replace(queue, "QUEUE");
  }
}
