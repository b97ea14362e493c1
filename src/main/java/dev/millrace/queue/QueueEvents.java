package dev.millrace.queue;

import io.lettuce.core.XAddArgs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What happens in queues, whichever fleet does it: BullMQ's {@code QueueEvents} and {@code
 * QueueEventsProducer}. Any number of listeners and queues share one connection; get it from {@link
 * QueueEngine#events}.
 *
 * <p>What there is to hear depends on who works the queue: BullMQ writes all events, an engine
 * those of its {@link EventMode}, Bull none.
 *
 * <p><b>Cost.</b> At rest one command per {@link EngineOptions#blockTimeout}; one for each read
 * that brings events, up to 500 of each queue at once. A queue that nobody followed yet costs one
 * command for where its stream ends, and two to interrupt the read that is on.
 */
public final class QueueEvents {

  /** From now on. */
  public static final String NOW = "$";

  /** From the oldest event that Redis still has. */
  public static final String OLDEST = "0";

  /** How many events BullMQ's producer of custom events keeps in a stream. */
  private static final long CUSTOM_KEPT = 1000;

  private final QueueEngine engine;
  private final EventReader reader;
  private final JobWaits waits;

  QueueEvents(QueueEngine engine) {
    this.engine = engine;
    this.reader = new EventReader(engine);
    this.waits = new JobWaits(engine, this, reader);
  }

  /**
   * Hears the events of one queue from now on.
   *
   * @param listener one event at a time, in order; it may block
   */
  public EventSubscription follow(String queue, Consumer<QueueEvent> listener) {
    return follow(Map.of(queue, NOW), listener);
  }

  /**
   * Hears the events of several queues: those of one in order, one event at a time.
   *
   * @param from by queue where to begin: {@value #NOW}, {@value #OLDEST} or the id of the last
   *     event known, such as those of {@link EventSubscription#positions}
   * @param listener may block; what it throws is logged, and the next event follows
   * @throws IllegalArgumentException when an id is not one, or no queue is named
   */
  public EventSubscription follow(Map<String, String> from, Consumer<QueueEvent> listener) {
    if (from.isEmpty()) {
      throw new IllegalArgumentException("no queue to follow; name at least one");
    }
    Map<QueueKeys, StreamId> start = new LinkedHashMap<>();
    from.forEach((queue, id) -> start.put(keys(queue), id.equals(NOW) ? null : StreamId.parse(id)));
    EventSubscription subscription = new EventSubscription(reader, start, listener);
    if (!reader.add(subscription)) {
      subscription.close();
    }
    return subscription;
  }

  /**
   * Waits until a job has ended, without polling. Needs events of the mode outcome or full; a
   * producer with events off hears of the end when the time is over.
   *
   * @param timeout until then the job must have ended
   * @return the return value (JSON); else exceptionally with {@link JobFailedException}, {@link
   *     java.util.concurrent.TimeoutException} or, when there is no such job, {@link
   *     IllegalStateException}. Costs one command besides following the queue, and one more when
   *     the job is gone or the time is over
   */
  public CompletableFuture<String> waitUntilFinished(String queue, String jobId, Duration timeout) {
    return waits.wait(keys(queue), jobId, timeout);
  }

  /** As {@link #waitUntilFinished(String, String, Duration)}. */
  public CompletableFuture<String> waitUntilFinished(Job job, Duration timeout) {
    return waitUntilFinished(job.queue(), job.id(), timeout);
  }

  /**
   * Writes an event of one's own into the queue's stream, for all who follow it. It keeps about
   * {@value #CUSTOM_KEPT} events there, as BullMQ's producer does; one command.
   *
   * @param name of the event; BullMQ's own names would mislead its listeners
   * @param fields texts; not {@code event}, which holds the name
   * @return the id of the event
   */
  public CompletableFuture<String> publish(String queue, String name, Map<String, String> fields) {
    return publish(queue, name, fields, CUSTOM_KEPT);
  }

  /**
   * As {@link #publish(String, String, Map)}.
   *
   * @param kept about how many events the stream keeps
   */
  public CompletableFuture<String> publish(
      String queue, String name, Map<String, String> fields, long kept) {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("the event has no name; name it, as in \"exported\"");
    }
    if (fields.containsKey("event")) {
      throw new IllegalArgumentException(
          "field \"event\" of event \"" + name + "\" would hide its name; rename the field");
    }
    Map<byte[], byte[]> entry = new LinkedHashMap<>();
    entry.put(bytes("event"), bytes(name));
    fields.forEach((field, value) -> entry.put(bytes(field), bytes(value)));
    byte[] key = bytes(keys(queue).base() + "events");
    XAddArgs trimmed = XAddArgs.Builder.maxlen(kept).approximateTrimming();
    return engine.line().send(c -> c.xadd(key, trimmed, entry));
  }

  /** On the loop. */
  void close() {
    waits.close();
    reader.close();
  }

  private QueueKeys keys(String queue) {
    return new QueueKeys(engine.options().prefix(), queue);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
