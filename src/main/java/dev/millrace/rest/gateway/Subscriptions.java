package dev.millrace.rest.gateway;

import dev.millrace.redis.OwnConnections;
import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Who hears which channel or pattern, over one connection for all. It is opened with the first
 * stream and closed with the last.
 */
final class Subscriptions implements AutoCloseable {

  private final OwnConnections connections;
  private final Duration timeout;
  private final Map<Topic, Hearers> hearers = new ConcurrentHashMap<>();
  private StatefulRedisPubSubConnection<byte[], byte[]> connection;

  /**
   * What is heard.
   *
   * @param name of the channel, or the pattern
   */
  record Topic(boolean pattern, ByteBuffer name) {

    static Topic of(boolean pattern, byte[] name) {
      return new Topic(pattern, ByteBuffer.wrap(name));
    }

    byte[] bytes() {
      return name.array();
    }
  }

  Subscriptions(OwnConnections connections, Duration timeout) {
    this.connections = connections;
    this.timeout = timeout;
  }

  /**
   * Lets a stream hear a topic from now on.
   *
   * @throws GatewayRefusal when Redis does not confirm it
   */
  void add(Topic topic, EventStream stream) throws InterruptedException {
    try {
      register(topic, stream).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RuntimeException | ExecutionException | TimeoutException e) {
      remove(topic, stream);
      throw new GatewayRefusal(Reason.UNAVAILABLE, "ERR Redis cannot be reached", e);
    }
  }

  /** Lets it hear no more. */
  synchronized void remove(Topic topic, EventStream stream) {
    Hearers left = hearers.get(topic);
    if (left == null || !left.streams.remove(stream) || !left.streams.isEmpty()) {
      return;
    }
    hearers.remove(topic);
    if (hearers.isEmpty()) {
      close();
    } else if (topic.pattern) {
      connection.async().punsubscribe(topic.bytes());
    } else {
      connection.async().unsubscribe(topic.bytes());
    }
  }

  @Override
  public synchronized void close() {
    if (connection != null) {
      connection.closeAsync();
      connection = null;
    }
  }

  private synchronized CompletableFuture<Void> register(Topic topic, EventStream stream) {
    if (connection == null) {
      connection = connections.listening("subscriptions");
      connection.addListener(new Teller());
    }
    Hearers all =
        hearers.computeIfAbsent(
            topic, t -> new Hearers(ConcurrentHashMap.newKeySet(), new CompletableFuture<>()));
    boolean first = all.streams.isEmpty();
    all.streams.add(stream);
    if (first) {
      RedisFuture<Void> sent =
          topic.pattern
              ? connection.async().psubscribe(topic.bytes())
              : connection.async().subscribe(topic.bytes());
      sent.whenComplete(
          (nothing, failure) -> {
            if (failure == null) {
              all.confirmed.complete(null);
            } else {
              all.confirmed.completeExceptionally(failure);
            }
          });
    }
    return all.confirmed;
  }

  private void tell(Topic topic, Bytes event) {
    byte[] bytes = event.toArray();
    Hearers all = hearers.get(topic);
    if (all != null) {
      all.streams.forEach(stream -> stream.add(bytes));
    }
  }

  /**
   * Who hears a topic.
   *
   * @param confirmed once Redis has said so
   */
  private record Hearers(Set<EventStream> streams, CompletableFuture<Void> confirmed) {}

  private final class Teller extends RedisPubSubAdapter<byte[], byte[]> {

    @Override
    public void message(byte[] channel, byte[] text) {
      Bytes event = new Bytes();
      event.ascii("message,");
      event.put(channel);
      event.put(',');
      event.put(text);
      tell(Topic.of(false, channel), event);
    }

    @Override
    public void message(byte[] pattern, byte[] channel, byte[] text) {
      Bytes event = new Bytes();
      event.ascii("pmessage,");
      event.put(pattern);
      event.put(',');
      event.put(channel);
      event.put(',');
      event.put(text);
      tell(Topic.of(true, pattern), event);
    }
  }
}
