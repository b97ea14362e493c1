package dev.millrace.queue;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XReadArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events connection: one {@code XREAD BLOCK} over a stream of this engine's own, which wakes
 * it, and the events streams of all followed queues.
 *
 * <p>Every subscription keeps its own place, and each read begins at the earliest of those who take
 * part in it. So listeners come, go, fall behind and begin anywhere without knowing of each other.
 * A read takes nothing away: after a lost connection the same read is asked again, and closing may
 * simply cut it off.
 *
 * <p>All fields belong to the engine's loop.
 */
final class EventReader implements RedisLink.Watch {

  private static final Logger LOG = LoggerFactory.getLogger(EventReader.class);

  /** The server's answer may take this much longer than the wait that it was asked for. */
  private static final Duration ANSWER_MARGIN = Duration.ofSeconds(10);

  /** Whoever waits for one job after the other does not connect for each. */
  private static final Duration LINGER = Duration.ofSeconds(30);

  /** How long a key that is no stream is left alone. */
  private static final Duration MENDING = Duration.ofMinutes(1);

  private static final int MOST_ENTRIES = 500;

  private final QueueEngine engine;
  private final String wakeKey;
  private final List<EventSubscription> subscriptions = new ArrayList<>();

  /** By queue the newest event seen while somebody follows it. */
  private final Map<String, StreamId> frontiers = new HashMap<>();

  private final Map<String, Long> brokenUntil = new HashMap<>();
  private final RetryPause retry = new RetryPause();
  private final Opener<RedisLink.Connection> opener;
  private Map<String, StreamId> asked = Map.of();
  private StreamId woken = StreamId.BEGINNING;
  private RedisLink.Connection connection;
  private boolean reading;
  private boolean ringing;
  private boolean failing;
  private boolean closed;

  EventReader(QueueEngine engine) {
    this.engine = engine;
    this.wakeKey =
        QueueKeys.wakeKey(engine.options().prefix(), engine.options().instance()) + ":events";
    this.opener =
        new Opener<>(
            engine.loop(),
            this::connect,
            this::opened,
            failure -> {
              failed("opening the events connection", failure);
              later();
            },
            RedisLink.Connection::close);
  }

  // ---- any thread

  boolean add(EventSubscription subscription) {
    return engine
        .loop()
        .execute(
            () -> {
              subscriptions.add(subscription);
              settle();
            });
  }

  void remove(EventSubscription subscription) {
    engine
        .loop()
        .execute(
            () -> {
              subscriptions.remove(subscription);
              frontiers
                  .keySet()
                  .removeIf(queue -> subscriptions.stream().noneMatch(s -> s.place(queue) != null));
              if (subscriptions.isEmpty()) {
                engine.loop().later(LINGER, this::leave);
              }
            });
  }

  void changed() {
    engine.loop().execute(this::settle);
  }

  @Override
  public void lost() {
    LOG.debug("The events connection is lost");
    if (engine.link().isClustered()) {
      // It led to one node and does not come back by itself; another may have the queues now.
      engine.loop().execute(this::reopen);
    }
  }

  /**
   * The client asks the read that was on its way again, but with what is left of its time. A fresh
   * one has all of it.
   */
  @Override
  public void back() {
    engine
        .loop()
        .execute(
            () -> {
              if (reading && !ringing) {
                ringing = true;
                ring();
              }
            });
  }

  // ---- on the loop

  void close() {
    closed = true;
    opener.cancel();
    List.copyOf(subscriptions).forEach(EventSubscription::close);
    if (connection != null) {
      connection.close();
    }
  }

  private void leave() {
    if (subscriptions.isEmpty() && connection != null) {
      connection.close();
      connection = null;
      reading = false;
      ringing = false;
    }
  }

  /** Brings who has just come, or come back, into the reading. */
  private void settle() {
    if (closed || subscriptions.isEmpty()) {
      return;
    }
    if (connection == null) {
      opener.open();
      return;
    }
    for (EventSubscription subscription : subscriptions) {
      for (EventSubscription.Place place : subscription.places()) {
        if (place.read == null && !place.locating) {
          locate(subscription, place);
        }
      }
    }
    if (!reading) {
      begin();
    } else if (!ringing && wanted().entrySet().stream().anyMatch(this::isMissed)) {
      ringing = true;
      ring();
    }
  }

  private boolean isMissed(Map.Entry<String, StreamId> want) {
    StreamId from = asked.get(want.getKey());
    return from == null || from.isAfter(want.getValue());
  }

  /**
   * "From now on" must become an id before the first read: a later one would begin at a later now.
   */
  private void locate(EventSubscription subscription, EventSubscription.Place place) {
    StreamId frontier = frontiers.get(place.keys.queue());
    if (frontier != null) {
      subscription.begin(place, frontier);
      return;
    }
    place.locating = true;
    newest(place.keys, 1)
        .whenComplete(
            (entries, failure) ->
                engine
                    .loop()
                    .execute(
                        () -> {
                          place.locating = false;
                          if (failure != null) {
                            failed("asking where the events end", CommandLine.unwrap(failure));
                            later();
                          } else if (place.read == null) {
                            StreamId last =
                                entries.isEmpty()
                                    ? StreamId.BEGINNING
                                    : StreamId.parse(entries.get(0).getId());
                            frontiers.merge(place.keys.queue(), last, EventReader::later);
                            subscription.begin(place, last);
                            settle();
                          }
                        }));
  }

  /** By queue the earliest place of those who read. */
  private Map<String, StreamId> wanted() {
    Map<String, StreamId> wanted = new LinkedHashMap<>();
    for (EventSubscription subscription : subscriptions) {
      if (!subscription.reads()) {
        continue;
      }
      for (EventSubscription.Place place : subscription.places()) {
        if (place.read != null
            && brokenUntil.getOrDefault(place.keys.queue(), 0L) <= engine.loop().now()) {
          wanted.merge(place.keys.queue(), place.read, (a, b) -> a.isAfter(b) ? b : a);
        }
      }
    }
    return wanted;
  }

  private void begin() {
    if (closed || reading || connection == null) {
      return;
    }
    asked = wanted();
    if (asked.isEmpty()) {
      return;
    }
    List<XReadArgs.StreamOffset<byte[]>> offsets = new ArrayList<>();
    offsets.add(XReadArgs.StreamOffset.from(CommandLine.text(wakeKey), woken.toString()));
    asked.forEach(
        (queue, from) ->
            offsets.add(
                XReadArgs.StreamOffset.from(
                    CommandLine.text(keys(queue).base() + "events"), from.toString())));
    reading = true;
    engine.meter().sent(1);
    RedisLink.Connection used = connection;
    used.commands()
        .xread(
            XReadArgs.Builder.block(engine.options().blockTimeout()).count(MOST_ENTRIES),
            streams(offsets))
        .whenComplete(
            (entries, failure) ->
                engine
                    .loop()
                    .execute(
                        () -> {
                          if (closed || used != connection) {
                            return;
                          }
                          reading = false;
                          ringing = false;
                          if (failure == null) {
                            returned(entries);
                          } else {
                            readFailed(CommandLine.unwrap(failure));
                          }
                        }));
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static XReadArgs.StreamOffset<byte[]>[] streams(
      List<XReadArgs.StreamOffset<byte[]>> offsets) {
    return offsets.toArray(new XReadArgs.StreamOffset[0]);
  }

  private void returned(List<StreamMessage<byte[], byte[]>> entries) {
    retry.reset();
    failing = false;
    try {
      if (entries != null) {
        entries.forEach(this::deliver);
      }
    } finally {
      begin();
    }
  }

  private void deliver(StreamMessage<byte[], byte[]> entry) {
    StreamId id = StreamId.parse(entry.getId());
    String key = CommandLine.text(entry.getStream());
    if (key.equals(wakeKey)) {
      woken = id;
      return;
    }
    String base = key.substring(0, key.lastIndexOf(':'));
    String queue = base.substring(base.lastIndexOf(':') + 1);
    frontiers.computeIfPresent(queue, (q, seen) -> later(seen, id));
    QueueEvent event = event(queue, entry);
    for (EventSubscription subscription : subscriptions) {
      EventSubscription.Place place = subscription.place(queue);
      // Who came meanwhile with an earlier place would get a gap; the next read begins there.
      if (place != null
          && place.read != null
          && subscription.reads()
          && id.isAfter(place.read)
          && !asked.get(queue).isAfter(place.read)) {
        subscription.deliver(place, id, event);
      }
    }
  }

  /** An entry without a field {@code event} becomes one without a name: nobody asks for it. */
  static QueueEvent event(String queue, StreamMessage<byte[], byte[]> entry) {
    Map<String, String> fields = new LinkedHashMap<>();
    entry
        .getBody()
        .forEach((name, value) -> fields.put(CommandLine.text(name), CommandLine.text(value)));
    String name = fields.remove("event");
    return new QueueEvent(queue, entry.getId(), name == null ? "" : name, fields);
  }

  private static StreamId later(StreamId a, StreamId b) {
    return a.isAfter(b) ? a : b;
  }

  private QueueKeys keys(String queue) {
    return new QueueKeys(engine.options().prefix(), queue);
  }

  // ---- commands

  CompletableFuture<List<StreamMessage<byte[], byte[]>>> newest(QueueKeys keys, int count) {
    byte[] key = CommandLine.text(keys.base() + "events");
    return engine.line().send(c -> c.xrevrange(key, Range.unbounded(), Limit.from(count)));
  }

  /** Ends the read that is on; the key does not outlive an engine that died before it looked. */
  private void ring() {
    byte[] key = CommandLine.text(wakeKey);
    engine
        .line()
        .<String>send(
            c ->
                c.xadd(
                    key,
                    XAddArgs.Builder.maxlen(1),
                    Map.of(CommandLine.text("w"), CommandLine.text("1"))))
        .whenComplete((id, failure) -> engine.loop().execute(() -> rung(failure)));
    engine.line().<Boolean>send(c -> c.expire(key, 60));
  }

  private void rung(Throwable failure) {
    if (failure != null && ringing) {
      ringing = false;
      failed("waking the events connection", CommandLine.unwrap(failure));
      later();
    }
  }

  // ---- failures and the connection

  private void readFailed(Throwable failure) {
    failed("following events", failure);
    if (failure instanceof RedisCommandExecutionException
        && String.valueOf(failure.getMessage()).startsWith("WRONGTYPE")) {
      findBroken();
      return;
    }
    connection.close();
    connection = null;
    later();
  }

  /** One key that is no stream fails the read of all; it is found and left out. */
  private void findBroken() {
    reading = true;
    List<CompletableFuture<?>> answers = new ArrayList<>();
    for (String queue : asked.keySet()) {
      String key = keys(queue).base() + "events";
      answers.add(
          engine
              .line()
              .<String>send(c -> c.type(CommandLine.text(key)))
              .thenAccept(
                  type ->
                      engine
                          .loop()
                          .execute(
                              () -> {
                                if (!type.equals("stream") && !type.equals("none")) {
                                  LOG.error(
                                      "Key {} is a {} and no stream, so queue {} has no events; remove it",
                                      key,
                                      type,
                                      queue);
                                  brokenUntil.put(queue, engine.loop().now() + MENDING.toMillis());
                                  engine.loop().later(MENDING, this::settle);
                                }
                              })));
    }
    CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .whenComplete(
            (all, failure) ->
                engine
                    .loop()
                    .execute(
                        () -> {
                          reading = false;
                          later();
                        }));
  }

  private void failed(String doing, Throwable failure) {
    if (closed) {
      return;
    }
    if (!failing) {
      LOG.warn("Redis failed while {}: {}; trying again", doing, failure.getMessage());
    }
    failing = true;
    // Not the engine's own failure: jobs are taken without events too, and health is about jobs.
    engine.listener().redisFailed(failure);
  }

  private void later() {
    engine.loop().later(retry.next(), this::settle);
  }

  /** The shared connection is made here too: its first use would block. */
  private RedisLink.Connection connect() {
    engine.link().commands();
    return engine.link().open("events", engine.options().blockTimeout().plus(ANSWER_MARGIN), this);
  }

  private void reopen() {
    if (closed || connection == null) {
      return;
    }
    connection.close();
    connection = null;
    reading = false;
    ringing = false;
    later();
  }

  private void opened(RedisLink.Connection fresh) {
    connection = fresh;
    settle();
  }
}
