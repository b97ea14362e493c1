package dev.millrace.queue;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The feeds of an engine: one pooled, one polling, and one legacy for each consumer. */
final class Feeds {

  private final QueueEngine engine;
  private final PooledFeed pooled;
  private final PollingFeed polling;
  private final Map<QueueConsumer, Switchover> changing = new HashMap<>();

  Feeds(QueueEngine engine) {
    this.engine = engine;
    this.pooled = new PooledFeed(engine);
    this.polling = new PollingFeed(engine);
  }

  Feed of(ConsumptionMode mode, QueueConsumer consumer) {
    return switch (mode) {
      case POOLED -> pooled;
      case POLLING -> polling;
      case LEGACY -> new LegacyFeed(engine, consumer);
    };
  }

  /**
   * Changes all consumers of a queue that are in another mode.
   *
   * @throws IllegalArgumentException when there are none
   * @throws IllegalStateException when one of them is changing already
   */
  List<CompletableFuture<Switched>> switchOver(
      List<QueueConsumer> consumers, String queue, ConsumptionMode to, Duration deadline) {
    if (consumers.isEmpty()) {
      throw new IllegalArgumentException(
          "queue \""
              + queue
              + "\" is not worked here; those that are: "
              + engine.consumers().stream().map(QueueConsumer::queue).distinct().toList());
    }
    for (QueueConsumer consumer : consumers) {
      if (changing.containsKey(consumer)) {
        throw new IllegalStateException(
            "queue "
                + queue
                + " is changing to mode "
                + changing.get(consumer).to().text()
                + " already; try again when that has ended");
      }
    }
    return consumers.stream()
        .filter(consumer -> consumer.mode() != to)
        .map(consumer -> begin(consumer, to, deadline))
        .toList();
  }

  private CompletableFuture<Switched> begin(
      QueueConsumer consumer, ConsumptionMode to, Duration deadline) {
    Switchover change = new Switchover(engine, consumer, to, deadline);
    changing.put(consumer, change);
    change.done().thenRun(() -> changing.remove(consumer));
    change.begin();
    return change.done();
  }

  /** A feed opened or began to listen; who changes to it may have waited for that. */
  void progress() {
    if (!changing.isEmpty()) {
      engine.loop().execute(() -> List.copyOf(changing.values()).forEach(Switchover::progress));
    }
  }

  /** The consumer changes no more, for this reason. */
  void giveUp(QueueConsumer consumer, String reason) {
    Switchover change = changing.get(consumer);
    if (change != null) {
      change.giveUp(reason);
    }
  }

  /** Whether a consumer is in mode pooled, or changes from or to it. */
  boolean isPooled() {
    return pooled.isUsed();
  }

  private Set<Feed> inUse() {
    Set<Feed> used = new LinkedHashSet<>();
    engine.consumers().forEach(consumer -> used.add(consumer.feed()));
    return used;
  }

  /**
   * How much later than it should the slowest feed gave its last sign of life; negative = early.
   */
  Duration late(long nowMillis) {
    return inUse().stream()
        .map(feed -> age(feed, nowMillis).minus(feed.longestCycle()))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /** The age of the oldest sign of life. */
  Duration age(long nowMillis) {
    return inUse().stream()
        .map(feed -> age(feed, nowMillis))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private static Duration age(Feed feed, long nowMillis) {
    return Duration.ofMillis(Math.max(nowMillis - feed.cycleMillis(), 0));
  }

  /** Those of consumers that did not rest in time, and the two shared ones. */
  CompletableFuture<?> close(Collection<QueueConsumer> left, Duration patience) {
    left.stream().map(QueueConsumer::feed).distinct().forEach(feed -> feed.close(patience));
    polling.close(patience);
    return pooled.close(patience);
  }
}
