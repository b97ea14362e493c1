package dev.millrace.queue;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of jobs that Bull 4 adds. Bull writes no marker: it pushes the id into {@code wait}, where
 * its own workers block, and publishes {@code waiting@<token>}; for a delayed job {@code delayed}
 * with the time at which it is due. So one connection that is subscribed to these channels of our
 * queues hears of each of them. Without it they are found after the next wait that ends idle.
 *
 * <p>What is published while the connection is away is lost; so all queues are looked at whenever
 * it comes (back).
 *
 * <p>All fields belong to the engine's loop.
 */
final class BullWatch implements RedisLink.Watch {

  private static final Logger LOG = LoggerFactory.getLogger(BullWatch.class);

  /** Routes start one after the other; their queues are subscribed to together. */
  private static final Duration SETTLE = Duration.ofMillis(50);

  private final QueueEngine engine;
  private final Set<String> subscribed = new HashSet<>();
  private final RetryPause retry = new RetryPause();
  private RedisLink.Subscriber connection;
  private final Opener<RedisLink.Subscriber> opener;
  private boolean settling;
  private boolean failing;
  private boolean closed;

  BullWatch(QueueEngine engine) {
    this.engine = engine;
    this.opener =
        new Opener<>(
            engine.loop(),
            () -> engine.link().listen("bull", this::heard, this),
            this::opened,
            this::failed,
            RedisLink.Subscriber::close);
  }

  void queuesChanged() {
    if (engine.options().bullProducers() && !settling && !closed) {
      settling = true;
      engine.loop().later(SETTLE, this::settle);
    }
  }

  void close() {
    closed = true;
    opener.cancel();
    if (connection != null) {
      connection.close();
    }
  }

  @Override
  public void lost() {
    LOG.debug("The connection that hears of Bull's jobs is lost; the client reconnects");
  }

  /**
   * Any thread. The client subscribes again by itself, but does not tell when it has; asked once
   * more, the reply does.
   */
  @Override
  public void back() {
    engine
        .loop()
        .execute(
            () -> {
              subscribed.clear();
              queuesChanged();
            });
  }

  private void settle() {
    settling = false;
    if (closed) {
      return;
    }
    if (connection == null) {
      opener.open();
      return;
    }
    Set<String> fresh = new TreeSet<>();
    engine.consumers().forEach(consumer -> fresh.add(consumer.queue()));
    fresh.removeAll(subscribed);
    if (fresh.isEmpty()) {
      return;
    }
    engine.meter().sent(1);
    connection
        .subscribe(fresh.stream().flatMap(this::patterns).toList())
        .whenComplete(
            (done, failure) ->
                engine
                    .loop()
                    .execute(
                        () -> {
                          if (failure == null) {
                            retry.reset();
                            failing = false;
                            subscribed.addAll(fresh);
                            look(fresh);
                          } else {
                            failed(CommandLine.unwrap(failure));
                          }
                        }));
  }

  private Stream<String> patterns(String queue) {
    return new BullChannels(new QueueKeys(engine.options().prefix(), queue)).patterns().stream();
  }

  /** Any thread. */
  private void heard(String channel, String text) {
    engine.loop().execute(() -> tell(channel, text));
  }

  private void tell(String channel, String text) {
    for (QueueConsumer consumer : engine.consumers()) {
      new BullChannels(consumer.keys()).tell(consumer, channel, text, engine.loop().now());
    }
  }

  private void look(Set<String> queues) {
    engine.consumers().stream()
        .filter(consumer -> queues.contains(consumer.queue()))
        .forEach(QueueConsumer::want);
  }

  private void failed(Throwable failure) {
    if (!failing) {
      LOG.warn(
          "Redis failed while subscribing to what Bull adds: {}; trying again",
          failure.getMessage());
    }
    failing = true;
    engine.listener().redisFailed(failure);
    engine.loop().later(retry.next(), this::settle);
  }

  private void opened(RedisLink.Subscriber fresh) {
    connection = fresh;
    settle();
  }
}
