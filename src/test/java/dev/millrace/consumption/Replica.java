package dev.millrace.consumption;

import dev.millrace.TestRedis;
import dev.millrace.component.NamedQueues;
import dev.millrace.queue.ConsumerOptions;
import dev.millrace.queue.ConsumptionMode;
import dev.millrace.queue.EngineListener;
import dev.millrace.queue.EngineOptions;
import dev.millrace.queue.JobHandler;
import dev.millrace.queue.QueueConsumer;
import dev.millrace.queue.QueueEngine;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** One instance of a fleet: an engine whose queues a policy would look after. */
final class Replica implements AutoCloseable {

  final String instance = "f" + UUID.randomUUID().toString().substring(0, 8);
  final Queue<ConsumptionSwitched> news = new ConcurrentLinkedQueue<>();
  volatile Consumer<ConsumptionSwitched> listener = done -> {};
  final QueueEngine engine;
  final ConsumptionModes modes;
  private final List<QueueConsumer> consumers = new ArrayList<>();
  private final TestRedis.Link link;

  Replica(String configured) {
    this(configured, TestRedis.port());
  }

  /** On a server of the test's own. */
  Replica(int port) {
    this("pooled", port);
  }

  private Replica(String configured, int port) {
    link = TestRedis.link(instance, port);
    EngineOptions options =
        EngineOptions.of(instance)
            .withPrefix(TestRedis.PREFIX)
            .withStalledInterval(Duration.ofSeconds(2))
            .withPollInterval(Duration.ofMillis(500));
    engine = new QueueEngine(link, options, EngineListener.NONE, Clock.systemUTC());
    modes =
        new ConsumptionModes(
            engine,
            new ConfiguredModes(
                new ConsumptionProperties(configured, Duration.ofSeconds(10), Map.of()),
                "",
                new NamedQueues(Map.of())),
            Duration.ofSeconds(10),
            done -> {
              news.add(done);
              listener.accept(done);
            });
  }

  void work(String queue, int concurrency, JobHandler handler) {
    ConsumptionMode mode = modes.bind(queue, null);
    consumers.add(
        engine.consume(
            ConsumerOptions.builder(queue).mode(mode).concurrency(concurrency).build(), handler));
  }

  /** Its connections, as the server lists them. */
  List<String> connections() {
    return TestRedis.observer()
        .clientList()
        .lines()
        .filter(line -> line.contains("name=millrace:" + instance + ":"))
        .toList();
  }

  /** As Camel stops routes: what runs may end. */
  @Override
  public void close() {
    CompletableFuture.allOf(
            consumers.stream()
                .map(consumer -> consumer.close(Duration.ofSeconds(5)))
                .toArray(CompletableFuture[]::new))
        .join();
    engine.close();
    link.close();
  }
}
