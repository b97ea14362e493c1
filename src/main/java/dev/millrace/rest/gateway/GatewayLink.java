package dev.millrace.rest.gateway;

import dev.millrace.queue.RedisLink;
import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import io.lettuce.core.AbstractRedisAsyncCommands;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Commands over the connection that the whole application shares. Several go out in one write; no
 * connection is held, so nobody waits for anybody's turn.
 *
 * <p>The client under it sends what is unanswered again after a reconnect, which would count an
 * {@code INCR} twice. So what is on its way when the connection is lost is given up instead.
 */
final class GatewayLink extends RedisConnectionStateAdapter {

  private final RedisLink link;
  private final Duration timeout;
  private final Set<Batch> underway = ConcurrentHashMap.newKeySet();
  private volatile StatefulConnection<byte[], byte[]> used;

  /**
   * @param timeout after which a command without an answer is given up
   */
  GatewayLink(RedisLink link, Duration timeout) {
    this.link = link;
    this.timeout = timeout;
  }

  boolean isClustered() {
    return link.isClustered();
  }

  /**
   * Sends all at once and waits for the answers.
   *
   * @throws GatewayRefusal when Redis does not answer
   */
  List<RedisReply> run(List<Sent> batch) {
    Batch sent = new Batch(batch);
    underway.add(sent);
    try {
      connection().dispatch(batch);
      return sent.await(timeout);
    } catch (RedisException e) {
      throw unreachable(e);
    } finally {
      underway.remove(sent);
    }
  }

  @Override
  public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
    if (carries(lost)) {
      underway.forEach(Batch::giveUp);
    }
  }

  /**
   * The client has other connections, which come and go: of streams, and on a cluster those that it
   * asks about the nodes with. It closes them itself, but not those that commands are on.
   */
  private boolean carries(RedisChannelHandler<?, ?> lost) {
    return link.isClustered()
        ? !lost.isClosed() && !(lost instanceof StatefulRedisPubSubConnection)
        : lost == used;
  }

  private StatefulConnection<byte[], byte[]> connection() {
    try {
      // The interface has no way to send several at once.
      used = ((AbstractRedisAsyncCommands<byte[], byte[]>) link.commands()).getConnection();
      return used;
    } catch (RuntimeException e) {
      throw unreachable(e);
    }
  }

  private static GatewayRefusal unreachable(RuntimeException e) {
    return new GatewayRefusal(Reason.UNAVAILABLE, "ERR Redis cannot be reached", e);
  }
}
