package dev.millrace.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Mode polling: everything over the shared connection, nothing blocks. One {@code EXISTS} over this
 * engine's wake key and all queues is a look; what it finds is asked for queue by queue. Looks come
 * fast while there is work, and ever slower when there is none; what this process adds itself needs
 * no look.
 */
final class PollingFeed implements Feed {

  /** After work, and a fraction of what anybody notices. */
  private static final Duration FASTEST = Duration.ofMillis(100);

  private final QueueEngine engine;
  private final String wakeKey;
  private final Set<QueueConsumer> consumers = new LinkedHashSet<>();
  private final Opener<ServerCheck> opener;
  private final RetryPause retry = new RetryPause();
  private Duration pause = FASTEST;
  private Future<?> next;
  private long dueNanos;
  private boolean failing;
  private boolean open;
  private boolean looking;
  private boolean closed;
  private volatile long cycleMillis;

  PollingFeed(QueueEngine engine) {
    this.engine = engine;
    this.wakeKey = QueueKeys.wakeKey(engine.options().prefix(), engine.options().instance());
    this.cycleMillis = engine.loop().now();
    this.opener =
        new Opener<>(
            engine.loop(),
            () -> ServerCheck.ask(engine.link().commands()),
            this::opened,
            this::failed,
            late -> {});
  }

  @Override
  public CommandLine line() {
    return engine.line();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void join(QueueConsumer consumer) {
    consumers.add(consumer);
    cycleMillis = engine.loop().now();
    if (open) {
      soon();
    } else {
      opener.open();
    }
  }

  @Override
  public void leave(QueueConsumer consumer) {
    consumers.remove(consumer);
    if (consumers.isEmpty()) {
      opener.cancel();
      open = false;
      stop();
    }
  }

  @Override
  public void resumed(QueueConsumer consumer) {
    soon();
  }

  /** The shared connection repairs itself. */
  @Override
  public void failed(QueueConsumer consumer) {}

  @Override
  public void turned(QueueConsumer consumer) {
    soon();
  }

  @Override
  public void added(QueueConsumer consumer) {
    consumer.glance();
  }

  @Override
  public boolean hears(QueueConsumer consumer) {
    return open && consumers.contains(consumer);
  }

  @Override
  public long cycleMillis() {
    return cycleMillis;
  }

  @Override
  public Duration longestCycle() {
    return engine.options().pollInterval();
  }

  @Override
  public CompletableFuture<?> close(Duration patience) {
    closed = true;
    opener.cancel();
    stop();
    return CompletableFuture.completedFuture(null);
  }

  private void opened(ServerCheck server) {
    if (!engine.accepts(server)) {
      engine.loop().later(retry.next(), this::reopen);
      return;
    }
    open = true;
    retry.reset();
    engine.resync(consumers);
    engine.feeds().progress();
    soon();
  }

  private void failed(RuntimeException failure) {
    engine.redisFailed("connecting", failure);
    engine.loop().later(retry.next(), this::reopen);
  }

  private void reopen() {
    if (!closed && !open && !consumers.isEmpty()) {
      opener.open();
    }
  }

  private void stop() {
    if (next != null) {
      next.cancel(false);
    }
  }

  /** There was work, so there may be more. */
  private void soon() {
    pause = FASTEST;
    schedule();
  }

  /** A look that comes sooner stays: else a busy queue would put off those at all others. */
  private void schedule() {
    long due = System.nanoTime() + pause.toNanos();
    if (!open || looking || closed || isScheduled() && dueNanos <= due) {
      return;
    }
    stop();
    dueNanos = due;
    next = engine.loop().later(pause, this::look);
  }

  private boolean isScheduled() {
    return next != null && !next.isDone();
  }

  private void look() {
    List<String> keys = new ArrayList<>();
    // The pooled feed waits on it, where there is one.
    boolean calls = !engine.feeds().isPooled();
    if (calls) {
      keys.add(wakeKey);
    }
    consumers.forEach(consumer -> keys.addAll(keysOf(consumer)));
    if (keys.isEmpty()) {
      // All are full, and their turns will tell.
      cycleMillis = engine.loop().now();
      engine.waited(false);
      slower();
      schedule();
      return;
    }
    looking = true;
    engine
        .loop()
        .after(
            line().exists(keys),
            (found, failure) -> {
              looking = false;
              looked(found, failure, calls);
            });
  }

  /**
   * Nothing while it takes no job or asks itself; of a queue that is paused only what ends that.
   */
  private static List<String> keysOf(QueueConsumer consumer) {
    QueueKeys keys = consumer.keys();
    if (!consumer.takes() || consumer.isFull() || consumer.isBusy()) {
      return List.of();
    }
    return consumer.isBlocked()
        ? List.of(keys.marker())
        : List.of(keys.marker(), keys.wait_(), keys.prioritized());
  }

  private void looked(Long found, Throwable failure, boolean calls) {
    if (failure != null) {
      failing = true;
      engine.redisFailed("looking for jobs", failure);
      pause = retry.next();
      schedule();
      return;
    }
    retry.reset();
    engine.succeeded();
    cycleMillis = engine.loop().now();
    engine.waited(false);
    if (failing) {
      failing = false;
      engine.resync(consumers);
    }
    slower();
    if (found > 0) {
      pause = FASTEST;
      consumers.forEach(this::ask);
      if (calls) {
        engine.loop().after(line().popAll(wakeKey), this::woken);
      }
    }
    schedule();
  }

  private void slower() {
    Duration slower = pause.multipliedBy(2);
    Duration slowest = longestCycle();
    pause = slower.compareTo(slowest) < 0 ? slower : slowest;
  }

  private void ask(QueueConsumer consumer) {
    List<String> keys = keysOf(consumer);
    if (keys.isEmpty()) {
      return;
    }
    engine
        .loop()
        .after(
            line().exists(keys),
            (there, failure) -> {
              if (failure != null) {
                engine.redisFailed("looking for jobs", failure);
              } else if (there > 0 && consumer.takes()) {
                popMarkers(consumer);
              }
            });
  }

  private void popMarkers(QueueConsumer consumer) {
    engine
        .loop()
        .after(
            line().popAll(consumer.keys().marker()),
            (markers, failure) -> {
              if (failure != null) {
                // A key of another type stands in the marker's place; the queue itself tells.
                consumer.glance();
              } else if (markers.isEmpty()) {
                consumer.want();
              } else {
                markers.forEach((member, score) -> take(consumer, member, score));
              }
            });
  }

  private void take(QueueConsumer consumer, String member, double score) {
    if (!consumer.takes() || !consumer.hear(member, score)) {
      line().putMarkerBack(consumer.keys().marker(), score, member);
    }
  }

  private void woken(Map<String, Double> popped, Throwable failure) {
    if (failure != null) {
      engine.redisFailed("reading the wake key", failure);
    } else {
      popped.keySet().forEach(engine::woken);
    }
  }
}
