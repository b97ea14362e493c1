package dev.millrace.queue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener's place in the events of its queues. Its events come one after the other, on a
 * virtual thread of its own, so it may block.
 *
 * <p>A listener that falls behind does not hold up others and loses nothing: from {@value #FULL}
 * waiting events on it is left out of the reading until it has caught up, and goes on where it was.
 * Only what Redis trims meanwhile is lost to it.
 */
public final class EventSubscription implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventSubscription.class);

  private static final int FULL = 2000;

  private final EventReader reader;
  private final Consumer<QueueEvent> listener;
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final Map<String, String> handled = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final Queue<QueueEvent> pending = new ConcurrentLinkedQueue<>();
  private final AtomicInteger backlog = new AtomicInteger();
  private final AtomicBoolean draining = new AtomicBoolean();
  private volatile boolean closed;
  private volatile boolean full;

  /**
   * @param from where to begin in each queue; null = from now on
   */
  EventSubscription(
      EventReader reader, Map<QueueKeys, StreamId> from, Consumer<QueueEvent> listener) {
    this.reader = reader;
    this.listener = listener;
    from.keySet().forEach(keys -> places.put(keys.queue(), new Place(keys)));
    from.forEach(
        (keys, start) -> {
          if (start != null) {
            begin(place(keys.queue()), start);
          }
        });
  }

  /**
   * Completes when every event that happens from then on will be heard; while Redis is away it does
   * not. Exceptionally when the engine or the subscription closes before.
   */
  public CompletableFuture<Void> ready() {
    return ready.copy();
  }

  /**
   * By queue the id of the last event that the listener is done with, or where it began; a new
   * subscription that begins there misses nothing. Without queues whose beginning is not known yet.
   */
  public Map<String, String> positions() {
    return Map.copyOf(handled);
  }

  /**
   * Hears no further events.
   *
   * @return completes when the listener is not at work any more; events that it had not begun with
   *     are not among {@link #positions}
   */
  public CompletableFuture<Void> stop() {
    closed = true;
    reader.remove(this);
    ready.completeExceptionally(new IllegalStateException("the subscription is closed"));
    drain();
    return over.copy();
  }

  /** As {@link #stop}, without waiting. */
  @Override
  public void close() {
    stop();
  }

  // ---- for the reader, on the loop

  /** One queue's part. */
  static final class Place {
    final QueueKeys keys;

    /** The last event handed over; null while it is not known where to begin. */
    StreamId read;

    boolean locating;

    private Place(QueueKeys keys) {
      this.keys = keys;
    }
  }

  List<Place> places() {
    return new ArrayList<>(places.values());
  }

  Place place(String queue) {
    return places.get(queue);
  }

  boolean reads() {
    return !closed && !full;
  }

  void begin(Place place, StreamId start) {
    place.read = start;
    handled.put(place.keys.queue(), start.toString());
    if (places.values().stream().allMatch(p -> p.read != null)) {
      ready.complete(null);
    }
  }

  void deliver(Place place, StreamId id, QueueEvent event) {
    place.read = id;
    if (backlog.incrementAndGet() >= FULL) {
      // Before the event can be worked off: who works it off takes the mark away again.
      full = true;
    }
    pending.add(event);
    drain();
  }

  private void drain() {
    if (draining.compareAndSet(false, true)) {
      Thread.ofVirtual().name("millrace-events").start(this::work);
    }
  }

  private void work() {
    QueueEvent event;
    while (!closed && (event = pending.poll()) != null) {
      try {
        listener.accept(event);
      } catch (RuntimeException e) {
        LOG.warn(
            "A listener failed on event {} {} of queue {}; it is not told again",
            event.name(),
            event.id(),
            event.queue(),
            e);
      }
      handled.put(event.queue(), event.id());
      if (backlog.decrementAndGet() == 0 && full) {
        full = false;
        reader.changed();
      }
    }
    if (closed) {
      pending.clear();
      over.complete(null);
    }
    draining.set(false);
    // Something may have come between the last look and the line above.
    if (!pending.isEmpty() || (closed && !over.isDone())) {
      drain();
    }
  }
}
