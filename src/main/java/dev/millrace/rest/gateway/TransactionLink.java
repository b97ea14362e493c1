package dev.millrace.rest.gateway;

import dev.millrace.redis.OwnConnections;
import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import dev.millrace.rest.gateway.RedisReply.Failure;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The connection of transactions; on a cluster one for each node that is needed. It is opened for
 * the first and closed when there has been none for a while.
 *
 * <p>Each transaction is written from {@code MULTI} to {@code EXEC} before another may begin, so
 * they cannot get into one another; nobody waits for the answers of others. The connection is not
 * repaired when it is lost: what the client under it would send again is the rest of a transaction
 * whose beginning is gone.
 */
final class TransactionLink implements AutoCloseable {

  private static final RedisCall MULTI = call("MULTI");
  private static final RedisCall EXEC = call("EXEC");

  private final OwnConnections connections;
  private final Duration timeout;
  private final Duration idle;
  private final Clock clock;
  private final Map<String, StatefulRedisConnection<byte[], byte[]>> open = new HashMap<>();
  private final ScheduledExecutorService housekeeping =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("gateway-idle").factory());
  private Instant lastUse = Instant.MIN;
  private int underway;

  TransactionLink(OwnConnections connections, GatewayProperties properties, Clock clock) {
    this.connections = connections;
    this.timeout = properties.timeout();
    this.idle = properties.idle();
    this.clock = clock;
    long pause = idle.toMillis() / 2;
    housekeeping.scheduleWithFixedDelay(this::closeIdle, pause, pause, TimeUnit.MILLISECONDS);
  }

  /**
   * Runs the commands in one piece.
   *
   * @param key which node of a cluster has to do it
   * @return an array with a reply for each, or the error for which none was executed
   * @throws GatewayRefusal when Redis does not answer, or refuses to begin a transaction
   */
  RedisReply run(List<Sent> commands, byte[] key) {
    List<Sent> all = new ArrayList<>(commands.size() + 2);
    all.add(Sent.of(MULTI, 0));
    all.addAll(commands);
    all.add(Sent.of(EXEC, 0));
    String place = connections.place(key);
    Batch batch = new Batch(all);
    StatefulRedisConnection<byte[], byte[]> used = write(batch, place, key);
    boolean usable = false;
    try {
      List<RedisReply> replies = batch.await(timeout);
      if (replies.getFirst() instanceof Failure failure) {
        throw new GatewayRefusal(
            Reason.UNAVAILABLE,
            "ERR Redis began no transaction ("
                + failure.text()
                + "); the commands may have been executed one by one");
      }
      // Of the errors, the first says why, and EXEC only that there was one.
      RedisReply executed =
          replies.stream()
              .limit(replies.size() - 1L)
              .filter(Failure.class::isInstance)
              .findFirst()
              .orElse(replies.getLast());
      usable = !(executed instanceof Failure failure && failure.text().startsWith("MOVED"));
      return executed;
    } finally {
      done(used, place, usable);
    }
  }

  /** Closes what nobody has used for a while. */
  synchronized void closeIdle() {
    if (underway == 0 && !lastUse.plus(idle).isAfter(clock.instant())) {
      closeAll();
    }
  }

  @Override
  public void close() {
    housekeeping.shutdownNow();
    closeAll();
  }

  private synchronized void closeAll() {
    open.values().forEach(StatefulRedisConnection::closeAsync);
    open.clear();
  }

  private synchronized StatefulRedisConnection<byte[], byte[]> write(
      Batch batch, String place, byte[] key) {
    try {
      StatefulRedisConnection<byte[], byte[]> connection = open.get(place);
      if (connection == null || !connection.isOpen()) {
        connection = connections.plain("transactions", key);
        open.put(place, connection);
      }
      connection.dispatch(batch.commands());
      underway++;
      return connection;
    } catch (RedisException e) {
      throw new GatewayRefusal(Reason.UNAVAILABLE, "ERR Redis cannot be reached", e);
    }
  }

  /** One that did not answer is of no use, nor is one to a node that lost the keys to another. */
  private synchronized void done(
      StatefulRedisConnection<byte[], byte[]> used, String place, boolean usable) {
    underway--;
    lastUse = clock.instant();
    if (!usable) {
      open.remove(place, used);
      used.closeAsync();
    }
  }

  private static RedisCall call(String name) {
    return new RedisCall(List.of(name.getBytes(StandardCharsets.US_ASCII)));
  }
}
