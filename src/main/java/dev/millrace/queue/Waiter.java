package dev.millrace.queue;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The waiting connection: one {@code BZPOPMIN} over this engine's own wake key and the markers of
 * all queues.
 *
 * <p>A popped marker is a duty: nobody else will hear of the job. A queue that is full or suspended
 * gets its marker back and is parked, that is left out of the wait, until it has room again; else
 * the same marker would be popped for ever.
 */
final class Waiter {

  private static final Logger LOG = LoggerFactory.getLogger(Waiter.class);

  /** Routes start one after the other; their queues enter the wait together. */
  private static final Duration SETTLE = Duration.ofMillis(50);

  /** The server's answer may take this much longer than the wait that it was asked for. */
  private static final Duration ANSWER_MARGIN = Duration.ofSeconds(10);

  private final QueueEngine engine;
  private final String wakeKey;
  private final Set<String> parked = new HashSet<>();

  /** Markers of a type that cannot be waited for; one of them would stop the wait of all queues. */
  private final Set<String> broken = new HashSet<>();

  private RedisLink.Connection connection;
  private boolean opening;
  private boolean waiting;
  private boolean settling;
  private boolean closed;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private int rotation;
  private String warned;
  private final RetryPause retry = new RetryPause();
  private volatile long cycleMillis;

  Waiter(QueueEngine engine) {
    this.engine = engine;
    this.wakeKey = QueueKeys.wakeKey(engine.options().prefix(), engine.options().instance());
    this.cycleMillis = engine.loop().now();
  }

  /** When the last wait began or ended, ms: the sign of life of the whole engine. */
  long cycleMillis() {
    return cycleMillis;
  }

  /**
   * Queues came, resumed or got room: the next wait must know them, and a wait that is on must
   * begin anew.
   */
  void keysChanged() {
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
                engine.line().ring(wakeKey);
              } else {
                begin();
              }
            });
  }

  /** A parked queue comes back into the wait as soon as it has room and was seen empty. */
  void roomChanged(QueueConsumer consumer) {
    if (!consumer.isFull() && parked.remove(consumer.keys().marker())) {
      keysChanged();
    }
  }

  boolean isOpen() {
    return connection != null;
  }

  /**
   * Ends the wait in good order: cut off, it might take a marker with it that other replicas sleep
   * on.
   *
   * @param patience after which it is cut off all the same
   */
  CompletableFuture<?> close(Duration patience) {
    closed = true;
    if (waiting) {
      engine.line().ring(wakeKey);
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
    if (closed || waiting || opening) {
      return;
    }
    if (connection == null) {
      open();
      return;
    }
    waiting = true;
    cycleMillis = engine.loop().now();
    engine.meter().sent(1);
    connection
        .commands()
        .bzpopmin(engine.options().blockTimeout().toSeconds(), CommandLine.bytes(keys()))
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

  /** The wake key first, so that a switch or a new queue is heard at once; the rest takes turns. */
  private List<String> keys() {
    List<String> markers = new ArrayList<>();
    for (QueueConsumer consumer : engine.consumers()) {
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
      if (!idle && !isWake(popped)) {
        popped(
            CommandLine.text(popped.getKey()),
            popped.getValue().getScore(),
            CommandLine.text(popped.getValue().getValue()));
      }
      engine.waited(idle);
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

  private void popped(String marker, double score, String member) {
    boolean taken = false;
    for (QueueConsumer consumer : engine.consumers()) {
      if (!consumer.keys().marker().equals(marker) || !consumer.takes()) {
        continue;
      }
      if (score > engine.loop().now()) {
        // A delayed job's time: no slot is needed before it comes.
        consumer.wantAt((long) score);
        return;
      }
      taken = taken || !consumer.isFull();
      consumer.markerPopped(member.equals("1"));
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
    opening = true;
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
                          opening = false;
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

  /** Connecting blocks, so it happens off the loop. */
  private void open() {
    opening = true;
    Duration timeout = engine.options().blockTimeout().plus(ANSWER_MARGIN);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                // The shared connection is made here too: its first use would block.
                engine.link().commands();
                var opened = engine.link().open("waiting", timeout, engine);
                ServerCheck server = ask(opened);
                engine.loop().execute(() -> opened(opened, server));
              } catch (RuntimeException e) {
                engine
                    .loop()
                    .execute(
                        () -> {
                          opening = false;
                          engine.redisFailed("opening the waiting connection", e);
                          later();
                        });
              }
            });
  }

  private static ServerCheck ask(RedisLink.Connection fresh) {
    try {
      return ServerCheck.ask(fresh.commands());
    } catch (RuntimeException e) {
      fresh.close();
      throw e;
    }
  }

  private void opened(RedisLink.Connection fresh, ServerCheck server) {
    opening = false;
    if (closed) {
      fresh.close();
      return;
    }
    Optional<String> refusal = server.refusal(engine.link().isClustered());
    if (refusal.isPresent()) {
      fresh.close();
      engine.redisFailed("checking its version", new IllegalStateException(refusal.get()));
      later();
      return;
    }
    server.warning().filter(text -> !text.equals(warned)).ifPresent(this::warn);
    connection = fresh;
    engine.resync();
    begin();
  }

  private void warn(String text) {
    warned = text;
    LOG.warn("Redis should be set up differently: {}", text);
  }
}
