package dev.millrace.rest.gateway;

import dev.millrace.redis.OwnConnections;
import dev.millrace.rest.gateway.EventStream.End;
import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import dev.millrace.rest.gateway.Subscriptions.Topic;
import io.lettuce.core.RedisException;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.SmartLifecycle;

/**
 * The streams that are open. Each is written by the thread of its request; they end with the
 * client, or before the web server stops and would wait for them.
 */
final class EventStreams implements SmartLifecycle {

  private final Subscriptions subscriptions;
  private final OwnConnections connections;
  private final GatewayMeters meters;
  private final Duration heartbeat;
  private final int most;
  private final Set<EventStream> open = ConcurrentHashMap.newKeySet();
  private volatile boolean running;

  EventStreams(
      Subscriptions subscriptions,
      OwnConnections connections,
      GatewayMeters meters,
      GatewayProperties properties) {
    this.subscriptions = subscriptions;
    this.connections = connections;
    this.meters = meters;
    this.heartbeat = properties.heartbeat();
    this.most = properties.maxStreams();
    meters.streams(open::size);
  }

  /** Tells the client what is published until one of them has enough. */
  void subscribe(Topic topic, HttpServletResponse response) {
    EventStream stream = begin();
    try {
      Bytes first = new Bytes();
      first.ascii(topic.pattern() ? "psubscribe," : "subscribe,");
      first.put(topic.bytes());
      first.ascii(",1");
      stream.add(first.toArray());
      subscriptions.add(topic, stream);
      try {
        meters.ended(stream.write(response, heartbeat));
      } finally {
        subscriptions.remove(topic, stream);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(stream);
    }
  }

  /** Tells the client every command that the server executes. */
  void monitor(HttpServletResponse response) {
    if (connections.isClustered()) {
      throw new GatewayRefusal(
          Reason.COMMAND,
          "ERR Command is not available: 'MONITOR', it shows one server, and Redis is a cluster");
    }
    EventStream stream = begin();
    Runnable close = () -> {};
    try {
      close =
          connections.monitor(
              "monitor",
              line -> tell(stream, line),
              lost -> stream.end(lost ? End.REDIS : End.SLOW));
      meters.ended(stream.write(response, heartbeat));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RedisException e) {
      throw new GatewayRefusal(Reason.UNAVAILABLE, "ERR Redis cannot be reached", e);
    } finally {
      close.run();
      open.remove(stream);
    }
  }

  /** The first line is quoted, as the vendor does. */
  private static void tell(EventStream stream, byte[] line) {
    boolean confirmed = line.length == 2 && line[0] == 'O' && line[1] == 'K';
    stream.add(confirmed ? "\"OK\"".getBytes(StandardCharsets.US_ASCII) : line);
  }

  private EventStream begin() {
    EventStream stream = new EventStream();
    open.add(stream);
    if (!running || open.size() > most) {
      open.remove(stream);
      throw running
          ? new GatewayRefusal(Reason.RATE, "ERR max concurrent connections exceeded")
          : new GatewayRefusal(Reason.UNAVAILABLE, "ERR the gateway is stopping");
    }
    return stream;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    open.forEach(stream -> stream.end(End.STOP));
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
