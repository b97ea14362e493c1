package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import io.lettuce.core.Range;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is heard of queues, whichever fleet works them, and on what connection. */
class QueueEventsTest {

  /** What the observer asks, and what any client says when it connects. */
  private static final List<String> NOT_COUNTED =
      List.of("info", "config", "client", "hello", "xadd", "xlen");

  private final String queue = EngineFixture.queueName();
  private final EngineOptions options = EngineFixture.options();
  private final List<QueueEvent> heard = Collections.synchronizedList(new ArrayList<>());
  private EngineFixture mill;

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
    mill = new EngineFixture(options);
  }

  @AfterEach
  void close() {
    mill.close();
  }

  @Test
  void shouldHearOfEveryEventOfBullMq6AsNodesOwnListenerDoes() {
    shouldHearWhatNodeHears("v6");

    assertThat(heard)
        .extracting(QueueEvent::name)
        .contains(
            "added",
            "waiting",
            "delayed",
            "waiting-children",
            "active",
            "progress",
            "completed",
            "failed",
            "retries-exhausted",
            "stalled",
            "drained",
            "paused",
            "resumed",
            "removed",
            "cleaned",
            "duplicated",
            "deduplicated",
            "exported")
        .doesNotContain("debounced");
  }

  @Test
  void shouldHearOfEveryEventOfBullMq5AsNodesOwnListenerDoes() {
    shouldHearWhatNodeHears("v5");

    assertThat(heard)
        .extracting(QueueEvent::name)
        .contains("debounced", "deduplicated", "stalled", "cleaned", "waiting-children");
  }

  private void shouldHearWhatNodeHears(String version) {
    NodeSession.run(
        """
        const lib = args[1] === 'v5' ? v5 : v6;
        const theirs = [];
        const events = new lib.QueueEvents(args[0], { connection: connection(), prefix, autorun: false });
        events.emit = (event, ...rest) => {
          const id = rest.length > 1 ? rest[1] : rest[0];
          if (event.includes(':') || typeof id !== 'string') return true;
          const fields = {};
          for (const [k, v] of Object.entries(rest.length > 1 ? rest[0] : {})) {
            fields[k] = typeof v === 'string' && !['returnvalue', 'data'].includes(k) ? v : JSON.stringify(v);
          }
          theirs.push({ id, event, fields });
          return true;
        };
        events.opts.lastEventId = '0';
        events.run().catch(() => {});
        kept.theirs = theirs;
        kept.listener = events;
        """,
        queue,
        version);
    EventSubscription ours =
        mill.engine.events().follow(Map.of(queue, QueueEvents.OLDEST), heard::add);

    NodeSession.run(LIFE, queue, version);

    long all = TestRedis.observer().xlen(TestRedis.key(queue, "events"));
    await().atMost(EngineFixture.SOON).until(() -> heard.size() == all);
    await()
        .atMost(EngineFixture.SOON)
        .until(() -> NodeSession.run("return kept.theirs.length").asLong() == all);
    JsonNode theirs = NodeSession.run("await kept.listener.close(); return kept.theirs");
    List<String> expected = new ArrayList<>();
    theirs.forEach(
        event -> {
          Map<String, String> fields = new TreeMap<>();
          event
              .get("fields")
              .properties()
              .forEach(f -> fields.put(f.getKey(), f.getValue().asText()));
          expected.add(event.get("id").asText() + " " + event.get("event").asText() + " " + fields);
        });
    assertThat(heard)
        .extracting(e -> e.id() + " " + e.name() + " " + new TreeMap<>(e.fields()))
        .isEqualTo(expected);
    ours.close();
  }

  /** Brings a queue through everything that writes an event. */
  private static final String LIFE =
      """
      const lib = args[1] === 'v5' ? v5 : v6;
      const queue = (args[1] === 'v5' ? queue5 : queue6)(args[0]);
      const options = { connection: connection(), prefix };
      const add = (name, opts) => queue.add(name, { n: 1 }, opts);
      const stall = new lib.Worker(args[0], null, { ...options, autorun: false, lockDuration: 50 });
      await add('stalls');
      await stall.getNextJob('gone');
      await stall.close(true);
      await add('delayed', { delay: 60 });
      await add('mine', { jobId: 'mine' });
      await add('mine', { jobId: 'mine' });
      await add('one', { deduplication: { id: 'one' }, delay: 100 });
      await add('one', { deduplication: { id: 'one' } });
      await (await add('removed')).remove();
      await queue.pause();
      await queue.resume();
      await add('fails', { attempts: 2 });
      const flow = new lib.FlowProducer(options);
      await flow.add({ name: 'parent', queueName: args[0], children: [{ name: 'child', queueName: args[0] }] });
      const custom = new lib.QueueEventsProducer(args[0], options);
      await custom.publishEvent({ eventName: 'exported', file: 'a.csv' });
      const worker = new lib.Worker(args[0], async (job) => {
        if (job.name === 'fails') throw new Error('no luck');
        await job.updateProgress({ percent: 50 });
        return job.name === 'mine' ? { fine: 'ünd "gut"' } : undefined;
      }, { ...options, stalledInterval: 100, drainDelay: 1 });
      const left = async () => {
        const c = await queue.getJobCounts('wait', 'active', 'delayed', 'waiting-children');
        return Object.values(c).reduce((a, b) => a + b, 0);
      };
      while (await left() > 0) await new Promise((r) => setTimeout(r, 20));
      await worker.close();
      await queue.clean(0, 100, 'completed');
      await flow.close();
      await custom.close();
      """;

  @Test
  void shouldFollowElevenQueuesOnOneThirdConnection() {
    List<String> queues = eleven();
    queues.forEach(name -> mill.engine.consume(ConsumerOptions.of(name), run -> run.complete("1")));
    queues.forEach(name -> mill.engine.events().follow(name, heard::add));
    mill.engine.events().follow(queues.get(0), heard::add).ready().join();
    mill.add(queues.get(3), "{}");
    await().atMost(EngineFixture.SOON).until(() -> names("completed").size() == 1);

    // On a cluster the command connection is one to the node of the queues and one that asks about
    // the cluster.
    assertThat(connections().stream().distinct())
        .containsExactly(
            "millrace:" + options.instance() + ":command",
            "millrace:" + options.instance() + ":events",
            "millrace:" + options.instance() + ":waiting");
    assertThat(connections()).hasSize(TestRedis.CLUSTERED ? 4 : 3);
  }

  @Test
  void shouldCostOneReadPerIdleCycleWhateverTheNumberOfQueues() {
    EngineOptions impatient = EngineFixture.options().withBlockTimeout(Duration.ofSeconds(1));
    try (EngineFixture idle = new EngineFixture(impatient)) {
      for (String name : eleven()) {
        idle.engine.events().follow(name, heard::add).ready().join();
      }
      await().atMost(EngineFixture.SOON).until(() -> calls("xread") >= 2);
      TestRedis.observer().configResetstat();

      await().atMost(EngineFixture.SOON).until(() -> calls("xread") >= 3);

      assertThat(billable().keySet()).containsExactly("xread");
    }
  }

  @Test
  void shouldBillWhatTheServerCounts() {
    mill.engine.events().follow(queue, heard::add).ready().join();
    String other = EngineFixture.queueName();
    mill.engine.events().follow(other, heard::add).ready().join();
    publishByNode(other, "exported");

    await().atMost(EngineFixture.SOON).until(() -> names("exported").size() == 1);
    await()
        .atMost(EngineFixture.SOON)
        .untilAsserted(
            () -> {
              Map<String, Long> calls = TestRedis.commandStats();
              // Two places asked for; the second interrupted the read; the event began the third.
              assertThat(calls.get("xrevrange")).isEqualTo(2);
              assertThat(calls.get("expire")).isEqualTo(1);
              assertThat(calls.get("xread")).isEqualTo(3);
              assertThat(mill.engine.meter().billed()).isEqualTo(2 + 2 + 3);
            });
  }

  @Test
  void shouldHearOfAQueueThatIsFollowedLater() {
    mill.engine.events().follow(queue, heard::add).ready().join();
    String later = EngineFixture.queueName();

    mill.engine.events().follow(later, heard::add).ready().join();
    mill.add(later, "{}");

    await().atMost(EngineFixture.SOON).until(() -> names("added").size() == 1);
    assertThat(heard).extracting(QueueEvent::queue).containsOnly(later);
  }

  @Test
  void shouldBeginWhereItIsTold() {
    String first = mill.engine.events().publish(queue, "one", Map.of()).join();
    mill.engine.events().publish(queue, "two", Map.of()).join();
    List<String> all = Collections.synchronizedList(new ArrayList<>());
    List<String> rest = Collections.synchronizedList(new ArrayList<>());
    List<String> fresh = Collections.synchronizedList(new ArrayList<>());

    mill.engine.events().follow(queue, event -> fresh.add(event.name())).ready().join();
    mill.engine.events().follow(Map.of(queue, first), event -> rest.add(event.name()));
    mill.engine.events().follow(Map.of(queue, QueueEvents.OLDEST), event -> all.add(event.name()));
    await().atMost(EngineFixture.SOON).until(() -> all.size() == 2 && rest.size() == 1);
    mill.engine.events().publish(queue, "three", Map.of()).join();

    await().atMost(EngineFixture.SOON).until(() -> all.size() + rest.size() + fresh.size() == 6);
    assertThat(all).containsExactly("one", "two", "three");
    assertThat(rest).containsExactly("two", "three");
    assertThat(fresh).containsExactly("three");
  }

  @Test
  void shouldGoOnFromWhereItStoppedWithoutLoss() {
    EventSubscription first = mill.engine.events().follow(queue, heard::add);
    first.ready().join();
    mill.engine.events().publish(queue, "one", Map.of()).join();
    await().atMost(EngineFixture.SOON).until(() -> heard.size() == 1);

    first.stop().join();
    mill.engine.events().publish(queue, "two", Map.of()).join();
    mill.engine.events().follow(first.positions(), heard::add);

    await().atMost(EngineFixture.SOON).until(() -> heard.size() >= 2);
    assertThat(names("one")).hasSize(1);
    assertThat(names("two")).hasSize(1);
  }

  @Test
  void shouldLoseNoEventWhenItsConnectionIsCut() {
    mill.engine.events().follow(queue, heard::add).ready().join();
    mill.engine.events().publish(queue, "before", Map.of()).join();
    await().atMost(EngineFixture.SOON).until(() -> heard.size() == 1);

    for (int cut = 0; cut < 3; cut++) {
      killEventsConnection();
      for (int i = 0; i < 10; i++) {
        TestRedis.observer()
            .xadd(TestRedis.key(queue, "events"), Map.of("event", "n" + cut + "-" + i));
      }
      int wanted = 1 + 10 * (cut + 1);
      await().atMost(EngineFixture.SOON).until(() -> heard.size() >= wanted);
    }

    List<String> ids =
        TestRedis.observer().xrange(TestRedis.key(queue, "events"), Range.unbounded()).stream()
            .map(entry -> entry.getId())
            .toList();
    assertThat(heard).extracting(QueueEvent::id).isEqualTo(ids);
  }

  @Test
  void shouldSurviveEntriesThatAreNoEvents() {
    String key = TestRedis.key(queue, "events");
    mill.engine.events().follow(queue, heard::add).ready().join();

    TestRedis.observer().xadd(key, Map.of("foo", "bar"));
    TestRedis.observer().xadd(key, Map.of("event", "completed"));
    TestRedis.observer().xadd(key, Map.of("event", "", "jobId", ""));
    TestRedis.observer().xadd(key, Map.of("event", "progress", "data", "{broken"));

    await().atMost(EngineFixture.SOON).until(() -> heard.size() == 4);
    assertThat(heard).extracting(QueueEvent::name).containsExactly("", "completed", "", "progress");
  }

  @Test
  void shouldGoOnWithOtherQueuesWhenAKeyIsNoStream() {
    String broken = EngineFixture.queueName();
    TestRedis.observer().set(TestRedis.key(broken, "events"), "no stream");
    mill.engine
        .events()
        .follow(Map.of(broken, QueueEvents.OLDEST, queue, QueueEvents.OLDEST), heard::add);

    mill.engine.events().publish(queue, "fine", Map.of()).join();

    await().atMost(EngineFixture.SOON).until(() -> names("fine").size() == 1);
  }

  @Test
  void shouldGoOnAfterAListenerFailed() {
    EventSubscription subscription =
        mill.engine
            .events()
            .follow(
                queue,
                event -> {
                  heard.add(event);
                  throw new IllegalStateException("on purpose");
                });
    subscription.ready().join();

    mill.engine.events().publish(queue, "one", Map.of()).join();
    mill.engine.events().publish(queue, "two", Map.of()).join();

    await().atMost(EngineFixture.SOON).until(() -> heard.size() == 2);
  }

  @Test
  void shouldKeepEveryEventForAListenerThatFallsBehindWithoutHoldingUpOthers() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    List<String> slow = Collections.synchronizedList(new ArrayList<>());
    mill.engine
        .events()
        .follow(
            Map.of(queue, QueueEvents.OLDEST),
            event -> {
              try {
                go.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              slow.add(event.id());
            });
    mill.engine.events().follow(Map.of(queue, QueueEvents.OLDEST), heard::add);

    NodeSession.run(
        "const p = redis().pipeline();"
            + "for (let i = 0; i < 6000; i++) p.xadd(args[0], '*', 'event', 'e' + i);"
            + "await p.exec()",
        TestRedis.key(queue, "events"));

    await().atMost(EngineFixture.SOON).until(() -> heard.size() == 6000);
    assertThat(slow).isEmpty();
    go.countDown();
    await().atMost(EngineFixture.SOON).until(() -> slow.size() == 6000);
    assertThat(slow).isEqualTo(heard.stream().map(QueueEvent::id).toList());
  }

  @Test
  void shouldPublishEventsThatNodesListenersHear() {
    NodeSession.run(
        "const e = new v6.QueueEvents(args[0], { connection: connection(), prefix });"
            + "await e.waitUntilReady();"
            + "kept.custom = new Promise((r) => e.on('exported', (a, id) => r({ ...a, id })));"
            + "kept.close = () => e.close();",
        queue);

    String id = mill.engine.events().publish(queue, "exported", Map.of("file", "a.csv")).join();

    JsonNode seen = null;
    for (int tries = 0; seen == null && tries < 20; tries++) {
      // Node begins at its own "now"; what came before it said so itself does not count.
      mill.engine.events().publish(queue, "exported", Map.of("file", "a.csv")).join();
      JsonNode answer =
          NodeSession.run(
              "return await Promise.race([kept.custom, new Promise((r) => setTimeout(r, 100))])");
      seen = answer.isNull() ? null : answer;
    }
    NodeSession.run("await kept.close()");
    assertThat(id).matches("\\d+-\\d+");
    assertThat(seen.get("file").asText()).isEqualTo("a.csv");
  }

  @Test
  void shouldKeepAboutAThousandCustomEvents() {
    CompletableFuture<?>[] written = new CompletableFuture<?>[3000];
    for (int i = 0; i < written.length; i++) {
      written[i] = mill.engine.events().publish(queue, "exported", Map.of("n", "" + i));
    }
    CompletableFuture.allOf(written).join();

    assertThat(TestRedis.observer().xlen(TestRedis.key(queue, "events"))).isBetween(1000L, 1200L);
  }

  @Test
  void shouldRefuseWhatIsNoEventAndNoPlace() {
    QueueEvents events = mill.engine.events();
    assertThatThrownBy(() -> events.publish(queue, " ", Map.of())).hasMessageContaining("no name");
    assertThatThrownBy(() -> events.publish(queue, "x", Map.of("event", "y")))
        .hasMessageContaining("rename the field");
    assertThatThrownBy(() -> events.follow(Map.of(queue, "yesterday"), heard::add))
        .hasMessageContaining("yesterday")
        .hasMessageContaining("write $");
    assertThatThrownBy(() -> events.follow(Map.of(), heard::add)).hasMessageContaining("no queue");
  }

  @Test
  void shouldCloseTheThirdConnectionWithTheEngine() {
    EventSubscription open = mill.engine.events().follow(queue, heard::add);
    open.ready().join();
    assertThat(connections()).anyMatch(name -> name.endsWith(":events"));

    mill.engine.close();

    await()
        .atMost(EngineFixture.SOON)
        .until(() -> connections().stream().noneMatch(n -> n.endsWith(":events")));
    assertThat(open.stop()).succeedsWithin(Duration.ofSeconds(5));
    assertThat(mill.engine.events().follow(queue, heard::add).ready())
        .failsWithin(Duration.ofSeconds(5));
  }

  private List<QueueEvent> names(String name) {
    synchronized (heard) {
      return heard.stream().filter(event -> event.name().equals(name)).toList();
    }
  }

  private static List<String> eleven() {
    return java.util.stream.IntStream.range(0, 11)
        .mapToObj(i -> EngineFixture.queueName())
        .toList();
  }

  private static void publishByNode(String queue, String name) {
    NodeSession.run(
        "await redis().xadd(args[0], '*', 'event', args[1])", TestRedis.key(queue, "events"), name);
  }

  private List<String> connections() {
    return TestRedis.observer()
        .clientList()
        .lines()
        .map(line -> line.replaceAll(".* name=(\\S*) .*", "$1"))
        .filter(name -> name.contains(options.instance()))
        .sorted()
        .toList();
  }

  private void killEventsConnection() {
    String line =
        TestRedis.observer()
            .clientList()
            .lines()
            .filter(l -> l.contains("name=millrace:" + options.instance() + ":events "))
            .findFirst()
            .orElseThrow();
    TestRedis.observer()
        .clientKill(
            io.lettuce.core.KillArgs.Builder.id(
                Long.parseLong(line.replaceAll(".*?id=(\\d+) .*", "$1"))));
  }

  private static long calls(String command) {
    return TestRedis.commandStats().getOrDefault(command, 0L);
  }

  private static Map<String, Long> billable() {
    Map<String, Long> calls = TestRedis.commandStats();
    NOT_COUNTED.forEach(calls::remove);
    return calls;
  }
}
