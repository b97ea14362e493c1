package dev.millrace.redis;

import dev.millrace.queue.RedisLink;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The engine's two connections, both by the one {@link LettuceConnectionFactory}: the factory's
 * shared connection, which {@code spring-redis:} endpoints use too, and one more to the same server
 * for waiting.
 *
 * <p>On a cluster the shared connection holds a socket to the node that it asks about the cluster
 * and one to each node that owns a key it was asked for: two for the engine, whose keys are all in
 * one slot. Waiting is one more socket, to the owner of that slot. So there are three.
 */
public final class SharedLink implements RedisLink, AutoCloseable {

  private final RedisConnections connections;
  private final SlotOwner owner;
  private volatile RedisClusterAsyncCommands<byte[], byte[]> commands;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * @param prefix of the engine's keys; on a cluster its hash tag says which node they are on
   */
  public SharedLink(RedisConnections connections, String prefix) {
    this.connections = connections;
    AbstractRedisClient client = connections.factory().getRequiredNativeClient();
    client.addListener(new OpenCount(open));
    if (client instanceof RedisClusterClient cluster) {
      owner = new SlotOwner(cluster, prefix, connections.options().mutate());
      owner.addListener(new OpenCount(open));
    } else {
      owner = null;
    }
  }

  @Override
  public boolean isClustered() {
    return owner != null;
  }

  @Override
  @SuppressWarnings("unchecked")
  public RedisClusterAsyncCommands<byte[], byte[]> commands() {
    RedisClusterAsyncCommands<byte[], byte[]> known = commands;
    if (known != null) {
      return known;
    }
    // Closing gives nothing back here: the native connection is the shared one.
    try (RedisConnection connection = connections.factory().getConnection()) {
      known = (RedisClusterAsyncCommands<byte[], byte[]>) connection.getNativeConnection();
    }
    commands = known;
    return known;
  }

  @Override
  public Connection open(String role, Duration timeout, Watch watch) {
    StatefulRedisConnection<byte[], byte[]> connection =
        isClustered()
            ? owner.connect(RedisConnections.clientName(connections.instance(), role))
            : ((RedisClient) connections.factory().getRequiredNativeClient())
                .connect(ByteArrayCodec.INSTANCE, connections.uri(role));
    connection.setTimeout(timeout);
    return Connection.of(connection, watch);
  }

  /** How many connections of the one client are open now, whoever opened them. */
  public int openConnections() {
    return open.get();
  }

  @Override
  public void close() {
    if (isClustered()) {
      owner.close();
    }
  }

  private static final class OpenCount extends RedisConnectionStateAdapter {

    private final AtomicInteger open;

    private OpenCount(AtomicInteger open) {
      this.open = open;
    }

    @Override
    public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
      open.incrementAndGet();
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
      open.decrementAndGet();
    }
  }
}
