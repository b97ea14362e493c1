package dev.millrace.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Connections beside the shared one, for whoever needs one alone. They lead to the same server with
 * the same settings; who opens one closes it.
 */
public final class OwnConnections implements AutoCloseable {

  private final RedisConnections connections;
  private RedisClient once;
  private SlotOwner owner;

  public OwnConnections(RedisConnections connections) {
    this.connections = connections;
  }

  /** Whether they lead into a cluster. */
  public boolean isClustered() {
    return connections.isClustered();
  }

  /**
   * Opens one that is not repaired when it is lost, so that nothing is sent twice. Blocks.
   *
   * @param role what it is for; becomes part of its name in {@code CLIENT LIST}
   * @param key on a cluster, the connection leads to the node that owns it now
   * @throws io.lettuce.core.RedisConnectionException when Redis cannot be reached
   */
  public StatefulRedisConnection<byte[], byte[]> plain(String role, byte[] key) {
    if (connections.isClustered()) {
      return owner().connect(RedisConnections.clientName(connections.instance(), role), key);
    }
    return client().connect(ByteArrayCodec.INSTANCE, connections.uri(role));
  }

  /** Where {@link #plain} leads for this key: the same text for keys that one connection serves. */
  public String place(byte[] key) {
    if (!connections.isClustered()) {
      return "";
    }
    RedisClusterClient cluster =
        (RedisClusterClient) connections.factory().getRequiredNativeClient();
    RedisClusterNode node = cluster.getPartitions().getMasterBySlot(SlotHash.getSlot(key));
    return node == null ? "" : node.getNodeId();
  }

  /**
   * Opens one that hears what is published, and subscribes again by itself after a loss. Blocks.
   *
   * @param role what it is for; becomes part of its name in {@code CLIENT LIST}
   * @throws io.lettuce.core.RedisConnectionException when Redis cannot be reached
   */
  public StatefulRedisPubSubConnection<byte[], byte[]> listening(String role) {
    AbstractRedisClient client = connections.factory().getRequiredNativeClient();
    return client instanceof RedisClusterClient cluster
        ? cluster.connectPubSub(ByteArrayCodec.INSTANCE)
        : ((RedisClient) client).connectPubSub(ByteArrayCodec.INSTANCE, connections.uri(role));
  }

  /**
   * Opens one that shows every command that the server executes; not for a cluster. Blocks.
   *
   * @param line is told each as Redis words it; any thread, must not block
   * @param end is told when there will be no more: true when the connection was lost, false when a
   *     command has more than 16 MB
   * @return closes it
   * @throws io.lettuce.core.RedisConnectionException when Redis cannot be reached
   */
  public Runnable monitor(String role, Consumer<byte[]> line, Consumer<Boolean> end) {
    MonitorTap tap = new MonitorTap(line, end);
    RedisClient client =
        RedisClient.create(connections.resources().mutate().nettyCustomizer(tap).build());
    client.setOptions(connections.options().mutate().autoReconnect(false).build());
    try {
      client.connect(ByteArrayCodec.INSTANCE, connections.uri(role));
      tap.begin();
    } catch (RuntimeException e) {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
      throw e;
    }
    return () -> client.shutdownAsync(0, 1, TimeUnit.SECONDS);
  }

  @Override
  public synchronized void close() {
    if (once != null) {
      once.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
    if (owner != null) {
      owner.close();
    }
  }

  private synchronized RedisClient client() {
    if (once == null) {
      RedisClient client = RedisClient.create(connections.resources());
      client.setOptions(connections.options().mutate().autoReconnect(false).build());
      once = client;
    }
    return once;
  }

  private synchronized SlotOwner owner() {
    if (owner == null) {
      RedisClusterClient cluster =
          (RedisClusterClient) connections.factory().getRequiredNativeClient();
      owner = new SlotOwner(cluster, "", connections.options().mutate());
    }
    return owner;
  }
}
