package dev.millrace.queue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The short way of a job whose producer and consumer live in one process: added straight into the
 * active list, under the consumer's lock. It is as safe as a job that was fetched, and saves the
 * marker, the wake-up and the fetch.
 *
 * <p>Only a consumer that knows of no other job in its queue promises slots, so no job is overtaken
 * that was there before.
 */
final class LocalClaims {

  private final QueueEngine engine;
  private final Map<String, List<QueueConsumer>> consumers = new ConcurrentHashMap<>();

  LocalClaims(QueueEngine engine) {
    this.engine = engine;
  }

  void opened(QueueConsumer consumer) {
    consumers
        .computeIfAbsent(consumer.queue(), queue -> new CopyOnWriteArrayList<>())
        .add(consumer);
  }

  void closed(QueueConsumer consumer) {
    consumers.computeIfPresent(
        consumer.queue(),
        (queue, all) -> {
          all.remove(consumer);
          return all.isEmpty() ? null : all;
        });
  }

  /** The queues that are worked, and how each hears of jobs; any thread. */
  Map<String, ConsumptionMode> modes() {
    Map<String, ConsumptionMode> modes = new TreeMap<>();
    for (String queue : consumers.keySet()) {
      ConsumptionMode mode = modeOf(queue);
      if (mode != null) {
        modes.put(queue, mode);
      }
    }
    return modes;
  }

  ConsumptionMode modeOf(String queue) {
    QueueConsumer consumer = newest(queue);
    return consumer == null ? null : consumer.mode();
  }

  private QueueConsumer newest(String queue) {
    List<QueueConsumer> all = consumers.getOrDefault(queue, List.of());
    return all.stream().reduce((one, later) -> later).orElse(null);
  }

  /** Slots for up to so many jobs of the queue; any thread. */
  CompletableFuture<LocalClaim> reserve(String queue, int most) {
    QueueConsumer consumer = newest(queue);
    if (consumer == null) {
      return CompletableFuture.completedFuture(LocalClaim.NONE);
    }
    CompletableFuture<LocalClaim> claim = new CompletableFuture<>();
    if (!engine.loop().execute(() -> claim.complete(claim(consumer, most)))) {
      claim.complete(LocalClaim.NONE);
    }
    return claim;
  }

  /** A script may have put jobs into the queues of these {@code meta} keys; any thread. */
  void filled(List<String> metaKeys) {
    for (List<QueueConsumer> all : consumers.values()) {
      for (QueueConsumer consumer : all) {
        if (consumer.mode() != ConsumptionMode.POOLED
            && metaKeys.contains(consumer.keys().meta())) {
          engine.loop().execute(() -> consumer.feed().added(consumer));
        }
      }
    }
  }

  private LocalClaim claim(QueueConsumer consumer, int most) {
    int slots = consumer.reserve(most);
    if (slots == 0) {
      return LocalClaim.NONE;
    }
    String token = engine.nextToken();
    long sentNanos = System.nanoTime();
    return new LocalClaim(
        slots,
        token,
        consumer.options().lockDuration().toMillis(),
        jobs -> engine.loop().execute(() -> consumer.claimed(slots, jobs, token, sentNanos)));
  }
}
