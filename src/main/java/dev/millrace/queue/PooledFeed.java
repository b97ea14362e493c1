package dev.millrace.queue;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mode pooled: besides the shared connection one that waits, by a {@code BZPOPMIN} over this
 * engine's own wake key and the markers of all queues.
 *
 * <p>A popped marker is a duty: nobody else will hear of the job. A queue that is full or suspended
 * gets its marker back and is parked, that is left out of the wait, until it has room again; else
 * the same marker would be popped for ever.
 */
final class PooledFeed implements Feed {

  private static final Logger LOG = LoggerFactory.getLogger(PooledFeed.class);

  /** Routes start one after the other; their queues enter the wait together. */
  private static final Duration SETTLE = Duration.ofMillis(50);

  /** The server's answer may take this much longer than the wait that it was asked for. */
  private static final Duration ANSWER_MARGIN = Duration.ofSeconds(10);

  /** Ends the wait, and nothing more. */
  private static final String RING = "w";

  private final QueueEngine engine;
  private final String wakeKey;
  private final Set<String> parked = new HashSet<>();

  /** Markers of a type that cannot be waited for; one of them would stop the wait of all queues. */
  private final Set<String> broken = new HashSet<>();

  private final Set<QueueConsumer> consumers = new LinkedHashSet<>();
  private final Opener<Opened> opener;
  private RedisLink.Connection connection;
  private List<String> heard = List.of();
  private boolean asking;
  private boolean waiting;
  private boolean settling;
  private boolean closed;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private int rotation;
  private final RetryPause retry = new RetryPause();
  private volatile long cycleMillis;

  PooledFeed(QueueEngine engine) {
    this.engine = engine;
    this.wakeKey = QueueKeys.wakeKey(engine.options().prefix(), engine.options().instance());
    this.cycleMillis = engine.loop().now();
    this.opener =
        new Opener<>(
            engine.loop(),
            this::connect,
            this::opened,
            failure -> {
              engine.redisFailed("opening the waiting connection", failure);
              later();
            },
            late -> late.connection().close());
  }

  @Override
  public CommandLine line() {
    return engine.line();
  }

  @Override
  public long cycleMillis() {
    return cycleMillis;
  }

  @Override
  public Duration longestCycle() {
    return engine.options().blockTimeout();
  }

  @Override
  public boolean isOpen() {
    return connection != null;
  }

  boolean isUsed() {
    return !consumers.isEmpty();
  }

  @Override
  public void join(QueueConsumer consumer) {
    consumers.add(consumer);
    cycleMillis = engine.loop().now();
    keysChanged();
  }

  @Override
  public void leave(QueueConsumer consumer) {
    consumers.remove(consumer);
    keysChanged();
  }

  @Override
  public void resumed(QueueConsumer consumer) {
    keysChanged();
  }

  /** The shared connection repairs itself. */
  @Override
  public void failed(QueueConsumer consumer) {}

  /** Need not be told: a marker tells everybody, us too. */
  @Override
  public void added(QueueConsumer consumer) {}

  @Override
  public boolean hears(QueueConsumer consumer) {
    String marker = consumer.keys().marker();
    return waiting
        && (!consumer.takes()
            || heard.contains(marker)
            || parked.contains(marker)
            || broken.contains(marker));
  }

  /**
   * Queues came, resumed or got room: the next wait must know them, and a wait that is on must
   * begin anew.
   */
  private void keysChanged() {
    if (settling || closed) {
      return;
    }
    settling = true;
    engine
        .loop()
        .later(
            SETTLE,
            () -> {
              settling = false;
              if (waiting) {
                engine.line().ring(wakeKey, RING);
              } else {
                begin();
              }
            });
  }

  /** A parked queue comes back into the wait as soon as it has room and was seen empty. */
  @Override
  public void turned(QueueConsumer consumer) {
    if (!consumer.isFull() && parked.remove(consumer.keys().marker())) {
      keysChanged();
    }
  }

  /** Cut off, the wait might take a marker with it that other replicas sleep on. */
  @Override
  public CompletableFuture<?> close(Duration patience) {
    closed = true;
    opener.cancel();
    if (waiting) {
      engine.line().ring(wakeKey, RING);
    } else {
      over.complete(null);
    }
    return over.completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
        .thenRun(
            () -> {
              if (connection != null) {
                connection.close();
              }
            });
  }

  private void begin() {
    if (closed || waiting || asking) {
      return;
    }
    if (consumers.isEmpty()) {
      hangUp();
      return;
    }
    if (connection == null) {
      opener.open();
      return;
    }
    waiting = true;
    heard = keys();
    cycleMillis = engine.loop().now();
    engine.meter().sent(1);
    engine.feeds().progress();
    connection
        .commands()
        .bzpopmin(engine.options().blockTimeout().toSeconds(), CommandLine.bytes(heard))
        .whenComplete(
            (popped, failure) ->
                engine
                    .loop()
                    .execute(
                        () -> {
                          waiting = false;
                          if (closed) {
                            ended(popped);
                          } else if (failure != null) {
                            failed(CommandLine.unwrap(failure));
                          } else {
                            returned(popped);
                          }
                        }));
  }

  private void hangUp() {
    opener.cancel();
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  /** The wake key first, so that a switch or a new queue is heard at once; the rest takes turns. */
  private List<String> keys() {
    List<String> markers = new ArrayList<>();
    for (QueueConsumer consumer : consumers) {
      String marker = consumer.keys().marker();
      boolean left = parked.contains(marker) || broken.contains(marker);
      if (consumer.takes() && !left && !markers.contains(marker)) {
        markers.add(marker);
      }
    }
    if (!markers.isEmpty()) {
      Collections.rotate(markers, -(rotation++ % markers.size()));
    }
    markers.add(0, wakeKey);
    return markers;
  }

  private void returned(KeyValue<byte[], ScoredValue<byte[]>> popped) {
    cycleMillis = engine.loop().now();
    retry.reset();
    engine.succeeded();
    boolean idle = popped == null || !popped.hasValue();
    if (idle) {
      // Somebody may have mended them.
      broken.clear();
    }
    try {
      if (!idle && isWake(popped)) {
        engine.woken(CommandLine.text(popped.getValue().getValue()));
      } else if (!idle) {
        popped(
            CommandLine.text(popped.getKey()),
            popped.getValue().getScore(),
            CommandLine.text(popped.getValue().getValue()));
      }
      engine.waited(idle);
      engine.feeds().progress();
    } finally {
      begin();
    }
  }

  /** The last wait of a closing engine; a marker that it popped goes back. */
  private void ended(KeyValue<byte[], ScoredValue<byte[]>> popped) {
    if (popped == null || !popped.hasValue() || isWake(popped)) {
      over.complete(null);
      return;
    }
    engine
        .line()
        .putMarkerBack(
            CommandLine.text(popped.getKey()),
            popped.getValue().getScore(),
            CommandLine.text(popped.getValue().getValue()))
        .whenComplete((written, failure) -> over.complete(null));
  }

  private boolean isWake(KeyValue<byte[], ScoredValue<byte[]>> popped) {
    return CommandLine.text(popped.getKey()).equals(wakeKey);
  }

  /** Also for a queue that has left meanwhile: nobody else will hear of the job. */
  private void popped(String marker, double score, String member) {
    boolean taken = false;
    for (QueueConsumer consumer : engine.consumers()) {
      if (!consumer.keys().marker().equals(marker) || !consumer.takes()) {
        continue;
      }
      taken |= consumer.hear(member, score);
    }
    if (!taken) {
      parked.add(marker);
      engine.line().putMarkerBack(marker, score, member);
    }
  }

  private void failed(Throwable failure) {
    if (failure instanceof RedisCommandExecutionException
        && failure.getMessage().startsWith("WRONGTYPE")) {
      leaveOutBroken();
      return;
    }
    engine.redisFailed("waiting for jobs", failure);
    connection.close();
    connection = null;
    later();
  }

  /** The queue of a broken marker is looked after like one whose marker was lost. */
  private void leaveOutBroken() {
    asking = true;
    List<CompletableFuture<?>> asked = new ArrayList<>();
    for (String marker : keys()) {
      asked.add(
          engine
              .line()
              .type(marker)
              .thenAccept(type -> engine.loop().execute(() -> found(marker, type))));
    }
    CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .whenComplete(
            (types, failure) ->
                engine
                    .loop()
                    .execute(
                        () -> {
                          asking = false;
                          later();
                        }));
  }

  private void found(String marker, String type) {
    if (!type.equals("zset") && !type.equals("none") && broken.add(marker)) {
      LOG.warn(
          "Key {} is a {} instead of a sorted set, so nobody can wait for jobs of its queue; rename it."
              + " Until then the queue is looked at every {}",
          marker,
          type,
          engine.options().blockTimeout());
    }
  }

  private void later() {
    engine.loop().later(retry.next(), this::begin);
  }

  /** The shared connection is made here too: its first use would block. */
  private Opened connect() {
    engine.link().commands();
    Duration timeout = longestCycle().plus(ANSWER_MARGIN);
    RedisLink.Connection fresh = engine.link().open("waiting", timeout, engine);
    try {
      return new Opened(fresh, ServerCheck.ask(fresh.commands()));
    } catch (RuntimeException e) {
      fresh.close();
      throw e;
    }
  }

  private record Opened(RedisLink.Connection connection, ServerCheck server) {}

  private void opened(Opened fresh) {
    if (!engine.accepts(fresh.server())) {
      fresh.connection().close();
      later();
      return;
    }
    connection = fresh.connection();
    engine.resync(consumers);
    begin();
  }
}
