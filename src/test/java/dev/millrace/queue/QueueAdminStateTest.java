package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.NodeSession;
import dev.millrace.QueueDump;
import dev.millrace.TestRedis;
import dev.millrace.queue.JobAdmin.Reset;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation leaves in Redis, key by key and field by field, what BullMQ's own client leaves:
 * two queues are prepared alike, then BullMQ manages the one and we the other.
 */
class QueueAdminStateTest {

  /** In scope besides what the session offers: q, opts (a fixed time), take, fail, complete. */
  private static final String GIVEN =
      """
      const q = queue6(args[0]);
      await q.isPaused();
      const opts = (more) => ({timestamp: 1500000000000, ...more});
      let worker;
      const take = () => (worker ??= new v6.Worker(args[0], null, {connection: connection(), prefix})).getNextJob('t');
      const fail = async (reason = 'no') => (await take()).moveToFailed(new Error(reason), 't', false);
      const complete = async (value = 'yes') => (await take()).moveToCompleted(value, 't', false);
      const flow = async (tree) => {
        const flows = new v6.FlowProducer({connection: connection(), prefix});
        await flows.add(tree);
        await flows.close();
      };
      const node = (id, children, more) => ({name: 'n', queueName: args[0], data: {}, opts: opts({jobId: id, ...more}), children});
      const job = (id) => q.getJob(id);
      %s
      if (worker) await worker.close();
      """;

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

  private static Arguments row(
      String name, String given, String theirs, Function<QueueAdmin, CompletableFuture<?>> ours) {
    return Arguments.of(name, given, theirs, ours);
  }

  private static final String THREE =
      "for (const id of ['a', 'b', 'c']) await q.add('n', {}, opts({jobId: id}));";
  private static final String PRIORITIES =
      "for (const p of [1, 2, 2, 3]) await q.add('n', {}, opts({jobId: 'p' + (await q.count()), priority: p}));";
  private static final String DELAYED =
      "for (const id of ['a', 'b']) await q.add('n', {}, opts({jobId: id, delay: 5e11}));";
  private static final String FAILED = THREE + "await fail(); await fail('broken'); await fail();";
  private static final String COMPLETED = THREE + "await complete(); await complete({n: 1});";
  private static final String EVERYTHING =
      THREE
          + "await fail(); await complete(); await take();"
          + "await q.add('n', {}, opts({jobId: 'd', delay: 5e11}));"
          + "await q.add('n', {}, opts({jobId: 'e', priority: 4}));"
          + "await q.add('n', {}, opts({jobId: 'f', deduplication: {id: 'x'}}));"
          + "await q.add('n', {}, opts({jobId: 'g'}));"
          + "await (await job('g')).log('one');"
          + "await flow(node('h', [node('i', [], {delay: 5e11}), node('j')]));";

  static List<Arguments> queueOperations() {
    return List.of(
        row("pause empty", "", "await q.pause()", QueueAdmin::pause),
        row("pause", THREE + DELAYED, "await q.pause()", QueueAdmin::pause),
        row("pause twice", "await q.pause();", "await q.pause()", QueueAdmin::pause),
        row("resume running", "", "await q.resume()", QueueAdmin::resume),
        row("resume empty", "await q.pause();", "await q.resume()", QueueAdmin::resume),
        row("resume", "await q.pause();" + THREE, "await q.resume()", QueueAdmin::resume),
        row(
            "resume by priority",
            "await q.pause();" + PRIORITIES,
            "await q.resume()",
            QueueAdmin::resume),
        row("resume delayed", "await q.pause();" + DELAYED, "await q.resume()", QueueAdmin::resume),
        row(
            "resume what 5 paused",
            THREE + "await queue5(args[0]).pause();",
            "await q.resume()",
            QueueAdmin::resume),
        row(
            "resume what 5 paused and 6 added",
            THREE + "await queue5(args[0]).pause(); await q.add('n', {}, opts({jobId: 'late'}));",
            "await q.resume()",
            QueueAdmin::resume),
        row(
            "resume what 6 paused and 5 added",
            THREE + "await q.pause(); await queue5(args[0]).add('n', {}, opts({jobId: 'late'}));",
            "await q.resume()",
            QueueAdmin::resume),
        row(
            "resume at the global concurrency",
            THREE + "await take(); await q.setGlobalConcurrency(1); await q.pause();",
            "await q.resume()",
            QueueAdmin::resume),
        row(
            "promote all",
            DELAYED + THREE.replace("'a', 'b', 'c'", "'w'"),
            "await q.promoteJobs()",
            a -> a.promoteAll(0)),
        row("promote none", THREE, "await q.promoteJobs()", a -> a.promoteAll(0)),
        row(
            "retry all failed",
            FAILED,
            "await q.retryJobs()",
            a -> a.retryAll(JobState.FAILED, 0, null)),
        row(
            "retry all while paused",
            FAILED + "await q.pause();",
            "await q.retryJobs()",
            a -> a.retryAll(JobState.FAILED, 0, null)),
        row(
            "retry all completed",
            COMPLETED,
            "await q.retryJobs({state: 'completed'})",
            a -> a.retryAll(JobState.COMPLETED, 0, null)),
        row(
            "retry all of long ago",
            FAILED,
            "await q.retryJobs({timestamp: 1600000000000})",
            a -> a.retryAll(JobState.FAILED, 0, java.time.Instant.ofEpochMilli(1600000000000L))),
        row("drain", EVERYTHING, "await q.drain()", a -> a.drain(false)),
        row("drain delayed", EVERYTHING, "await q.drain(true)", a -> a.drain(true)),
        row(
            "drain what 5 paused",
            THREE + "await queue5(args[0]).pause();",
            "await q.drain()",
            a -> a.drain(false)),
        row(
            "drain a flow of one queue",
            "await flow(node('top', [node('mid', [node('x'), node('y')])]));",
            "await q.drain()",
            a -> a.drain(false)),
        row("drain empty", "", "await q.drain(true)", a -> a.drain(true)),
        row(
            "obliterate",
            THREE + FAILED + DELAYED,
            "await q.obliterate()",
            a -> a.obliterate(false)),
        row(
            "obliterate by force",
            EVERYTHING,
            "await q.obliterate({force: true})",
            a -> a.obliterate(true)),
        row(
            "obliterate what 5 paused",
            THREE + "await queue5(args[0]).pause();",
            "await q.obliterate()",
            a -> a.obliterate(false)),
        row("obliterate empty", "", "await q.obliterate()", a -> a.obliterate(false)),
        row(
            "remove a deduplication key",
            "await q.add('n', {}, opts({jobId: 'a', deduplication: {id: 'x'}}));",
            "await q.removeDeduplicationKey('x')",
            a -> a.removeDeduplicationKey("x")),
        row(
            "set global concurrency",
            THREE,
            "await q.setGlobalConcurrency(3)",
            a -> a.limits().setConcurrency(3)),
        row(
            "remove global concurrency",
            "await q.setGlobalConcurrency(3);",
            "await q.removeGlobalConcurrency()",
            a -> a.limits().removeConcurrency()),
        row(
            "set global rate limit",
            "",
            "await q.setGlobalRateLimit(5, 1000)",
            a -> a.limits().setRateLimit(new QueueLimits.RateLimit(5, Duration.ofSeconds(1)))),
        row(
            "remove global rate limit",
            "await q.setGlobalRateLimit(5, 1000);",
            "await q.removeGlobalRateLimit()",
            a -> a.limits().removeRateLimit()),
        row(
            "rate limit",
            "",
            "await q.rateLimit(60000)",
            a -> a.limits().limitFor(Duration.ofMinutes(1))),
        row(
            "free",
            "await q.rateLimit(60000);",
            "await q.removeRateLimitKey()",
            a -> a.limits().free()));
  }

  static List<Arguments> cleans() {
    return java.util.stream.Stream.of(JobState.values())
        .flatMap(
            state ->
                java.util.stream.Stream.of(0, 1)
                    .map(
                        limit ->
                            row(
                                state.text() + " limit " + limit,
                                EVERYTHING
                                    + (state == JobState.PAUSED
                                        ? "await queue5(args[0]).pause();"
                                        : ""),
                                "await q.clean(0, " + limit + ", '" + state.text() + "')",
                                a -> a.clean(state, Duration.ZERO, limit))))
        .toList();
  }

  static List<Arguments> jobOperations() {
    return List.of(
        row("promote", DELAYED, "await (await job('a')).promote()", a -> a.job("a").promote()),
        row(
            "promote by priority",
            "await q.add('n', {}, opts({jobId: 'a', delay: 5e11, priority: 3}));",
            "await (await job('a')).promote()",
            a -> a.job("a").promote()),
        row(
            "promote while paused",
            DELAYED + "await q.pause();",
            "await (await job('b')).promote()",
            a -> a.job("b").promote()),
        row(
            "change delay",
            DELAYED,
            "await (await job('a')).changeDelay(3600000)",
            a -> a.job("a").changeDelay(Duration.ofHours(1))),
        row(
            "change delay to none",
            DELAYED,
            "await (await job('b')).changeDelay(0)",
            a -> a.job("b").changeDelay(Duration.ZERO)),
        row(
            "give a priority",
            THREE,
            "await (await job('b')).changePriority({priority: 2})",
            a -> a.job("b").changePriority(2, false)),
        row(
            "change priority",
            PRIORITIES,
            "await (await job('p1')).changePriority({priority: 3})",
            a -> a.job("p1").changePriority(3, false)),
        row(
            "change priority to the front",
            PRIORITIES,
            "await (await job('p0')).changePriority({priority: 2, lifo: true})",
            a -> a.job("p0").changePriority(2, true)),
        row(
            "take priority away",
            PRIORITIES + THREE,
            "await (await job('p3')).changePriority({})",
            a -> a.job("p3").changePriority(0, false)),
        row(
            "take priority away to the front",
            PRIORITIES + THREE,
            "await (await job('p3')).changePriority({lifo: true})",
            a -> a.job("p3").changePriority(0, true)),
        row(
            "change priority of a delayed job",
            DELAYED,
            "await (await job('a')).changePriority({priority: 9})",
            a -> a.job("a").changePriority(9, false)),
        row(
            "change priority of what 5 paused",
            THREE + "await queue5(args[0]).pause();",
            "await (await job('a')).changePriority({priority: 9})",
            a -> a.job("a").changePriority(9, false)),
        row(
            "retry failed",
            FAILED,
            "await (await job('b')).retry()",
            a -> a.job("b").retry(JobState.FAILED)),
        row(
            "retry completed",
            COMPLETED,
            "await (await job('b')).retry('completed')",
            a -> a.job("b").retry(JobState.COMPLETED)),
        row(
            "retry and reset",
            FAILED,
            "await (await job('b')).retry('failed', {resetAttemptsMade: true, resetAttemptsStarted: true})",
            a -> a.job("b").retry(JobState.FAILED, Reset.ATTEMPTS_MADE, Reset.ATTEMPTS_STARTED)),
        row(
            "retry by priority",
            "await q.add('n', {}, opts({jobId: 'a', priority: 3})); await fail();",
            "await (await job('a')).retry()",
            a -> a.job("a").retry(JobState.FAILED)),
        row(
            "retry lifo",
            "await q.add('n', {}, opts({jobId: 'a', lifo: true})); await fail();" + THREE,
            "await (await job('a')).retry()",
            a -> a.job("a").retry(JobState.FAILED)),
        row(
            "retry a child that failed its parent",
            "await flow(node('top', [node('x', [], {failParentOnFailure: true})])); await fail();",
            "await (await job('x')).retry()",
            a -> a.job("x").retry(JobState.FAILED)),
        row(
            "retry an ignored child",
            "await flow(node('top', [node('x', [], {ignoreDependencyOnFailure: true}), node('y', [], {delay: 5e11})])); await fail();",
            "await (await job('x')).retry()",
            a -> a.job("x").retry(JobState.FAILED)),
        row(
            "retry a completed child",
            "await flow(node('top', [node('x'), node('y', [], {delay: 5e11})])); await complete();",
            "await (await job('x')).retry('completed')",
            a -> a.job("x").retry(JobState.COMPLETED)),
        row(
            "remove a deduplication owner's key",
            "await q.add('n', {}, opts({jobId: 'a', deduplication: {id: 'x'}}));",
            "await (await job('a')).removeDeduplicationKey()",
            a -> a.job("a").removeDeduplicationKey()),
        row(
            "update data",
            THREE,
            "await (await job('a')).updateData({n: 'é'})",
            a -> a.job("a").updateData("{\"n\":\"é\"}")),
        row(
            "update progress",
            THREE,
            "await (await job('a')).updateProgress({at: 5})",
            a -> a.job("a").updateProgress("{\"at\":5}")),
        row(
            "update progress by number",
            THREE,
            "await q.updateJobProgress('a', 42)",
            a -> a.job("a").updateProgress("42")),
        row("log", THREE, "await q.addJobLog('a', 'one')", a -> a.job("a").addLog("one")),
        row(
            "log and keep two",
            THREE + "for (const n of [1, 2, 3]) await q.addJobLog('a', 'n' + n);",
            "await q.addJobLog('a', 'n4', 2)",
            a -> a.job("a").addLog("n4", 2)),
        row(
            "log and keep as the job says",
            "await q.add('n', {}, opts({jobId: 'a', keepLogs: 1})); await (await job('a')).log('one');",
            "await (await job('a')).log('two')",
            a -> a.job("a").addLog("two")),
        row(
            "clear logs",
            THREE + "await q.addJobLog('a', 'one');",
            "await (await job('a')).clearLogs()",
            a -> a.job("a").clearLogs(0)),
        row(
            "clear logs but one",
            THREE + "for (const n of [1, 2, 3]) await q.addJobLog('a', 'n' + n);",
            "await (await job('a')).clearLogs(1)",
            a -> a.job("a").clearLogs(1)));
  }

  static List<Arguments> removals() {
    String unlock = "await redis().del(q.toKey('a:lock'));";
    return List.of(
        row("waiting", THREE, "await (await job('b')).remove()", a -> a.job("b").remove()),
        row(
            "paused by 5",
            THREE + "await queue5(args[0]).pause();",
            "await (await job('b')).remove()",
            a -> a.job("b").remove()),
        row(
            "prioritized",
            PRIORITIES,
            "await (await job('p2')).remove()",
            a -> a.job("p2").remove()),
        row("delayed", DELAYED, "await (await job('a')).remove()", a -> a.job("a").remove()),
        row("completed", COMPLETED, "await (await job('a')).remove()", a -> a.job("a").remove()),
        row("failed", FAILED, "await (await job('a')).remove()", a -> a.job("a").remove()),
        row(
            "active without a lock",
            THREE + "await take();" + unlock,
            "await (await job('a')).remove()",
            a -> a.job("a").remove()),
        row(
            "with logs and a deduplication id",
            "await q.add('n', {}, opts({jobId: 'a', deduplication: {id: 'x'}})); await q.addJobLog('a', 'one');",
            "await (await job('a')).remove()",
            a -> a.job("a").remove()),
        row(
            "in no list",
            THREE + "await redis().lrem(q.toKey('wait'), 0, 'b');",
            "await (await job('b')).remove()",
            a -> a.job("b").remove()),
        row("nothing", THREE, "await q.remove('gone')", a -> a.job("gone").remove()),
        row(
            "an id without a job",
            THREE + "await redis().del(q.toKey('b'));",
            "await q.remove('b')",
            a -> a.job("b").remove()),
        row(
            "the only child",
            "await flow(node('top', [node('x')]));",
            "await (await job('x')).remove()",
            a -> a.job("x").remove()),
        row(
            "the only child of a parent by priority",
            "await flow(node('top', [node('x')], {priority: 5}));",
            "await (await job('x')).remove()",
            a -> a.job("x").remove()),
        row(
            "one of two children",
            "await flow(node('top', [node('x'), node('y')]));",
            "await (await job('x')).remove()",
            a -> a.job("x").remove()),
        row(
            "a parent without its children",
            "await flow(node('top', [node('x'), node('y')]));",
            "await (await job('top')).remove({removeChildren: false})",
            a -> a.job("top").remove(false)),
        row(
            "a parent with children in all states",
            "await flow(node('top', [node('w', [], {delay: 5e11}), node('x', [], {ignoreDependencyOnFailure: true})])); await fail();",
            "await (await job('top')).remove()",
            a -> a.job("top").remove()),
        row(
            "a parent with a completed child",
            "await flow(node('top', [node('x')])); await complete();",
            "await (await job('top')).remove()",
            a -> a.job("top").remove()),
        row(
            "a tree of three levels",
            "await flow(node('top', [node('mid', [node('x')])]));",
            "await (await job('top')).remove()",
            a -> a.job("top").remove()),
        row(
            "the middle of a tree",
            "await flow(node('top', [node('mid', [node('x')])]));",
            "await (await job('mid')).remove()",
            a -> a.job("mid").remove()),
        row(
            "pending children, beside one that runs, one failed and one completed",
            "await flow(node('top', ['r', 'f', 'c'].map((id) => node(id)).concat(node('z', [node('zz')]))));"
                + "const order = await q.getWaiting(); for (const id of ['f', 'c', 'r']) {"
                + " await redis().lrem(q.toKey('wait'), 0, id); await redis().rpush(q.toKey('wait'), id);"
                + " if (id === 'f') await fail(); if (id === 'c') await complete(); if (id === 'r') await take(); }",
            "await (await job('top')).removeUnprocessedChildren()",
            a -> a.job("top").removeUnprocessedChildren()),
        row(
            "the only pending child",
            "await flow(node('top', [node('x', [], {priority: 2})]));",
            "await (await job('top')).removeUnprocessedChildren()",
            a -> a.job("top").removeUnprocessedChildren()),
        row(
            "pending children of a job without any",
            THREE,
            "await (await job('a')).removeUnprocessedChildren()",
            a -> a.job("a").removeUnprocessedChildren()),
        row(
            "the dependency of the only child",
            "await flow(node('top', [node('x')]));",
            "await (await job('x')).removeChildDependency()",
            a -> a.job("x").removeChildDependency()),
        row(
            "the dependency of one of two children",
            "await flow(node('top', [node('x'), node('y')]));",
            "await (await job('x')).removeChildDependency()",
            a -> a.job("x").removeChildDependency()),
        row(
            "the dependency of a child that completed",
            "await flow(node('top', [node('x')])); await complete();",
            "await (await job('x')).removeChildDependency()",
            a -> a.job("x").removeChildDependency()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"queueOperations", "cleans", "jobOperations", "removals"})
  void shouldLeaveWhatBullMqLeaves(
      String name,
      String given,
      String operation,
      Function<QueueAdmin, CompletableFuture<?>> operate) {
    NodeSession.run(GIVEN.formatted(given), theirs);
    NodeSession.run(GIVEN.formatted(given), ours);
    assertThat(QueueDump.of(ours)).isEqualTo(QueueDump.of(theirs));

    NodeSession.run(GIVEN.formatted(operation), theirs);
    operate.apply(mill.engine.admin(ours)).join();

    assertThat(QueueDump.of(ours)).isEqualTo(QueueDump.of(theirs));
  }
}
