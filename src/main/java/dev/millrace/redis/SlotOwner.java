package dev.millrace.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;

/**
 * Plain connections to the node of a cluster that owns the slot of a key. They are for commands
 * that block: a cluster connection would hold one socket more for each, and would block whoever
 * shares it.
 *
 * <p>A connection does not reconnect by itself, because after a failover the slot is elsewhere. Who
 * lost one asks for another.
 */
public final class SlotOwner implements AutoCloseable {

  private final RedisClusterClient cluster;
  private final RedisClient nodes;
  private final int slot;

  /**
   * @param cluster knows the nodes; closing this leaves it open
   * @param key whose slot is meant
   * @param options of the connections
   */
  public SlotOwner(RedisClusterClient cluster, String key, ClientOptions.Builder options) {
    this.cluster = cluster;
    this.slot = SlotHash.getSlot(key);
    this.nodes = RedisClient.create(cluster.getResources());
    nodes.setOptions(options.autoReconnect(false).build());
  }

  /** Hears of each connection that opens or closes. */
  void addListener(RedisConnectionStateListener listener) {
    nodes.addListener(listener);
  }

  /**
   * Asks the cluster who owns the slot now, and connects to it. Blocks.
   *
   * @throws RedisConnectionException when nobody owns the slot or the owner cannot be reached
   */
  public StatefulRedisConnection<byte[], byte[]> connect(String clientName) {
    return connect(clientName, slot);
  }

  /** The same to the owner of another key. */
  public StatefulRedisConnection<byte[], byte[]> connect(String clientName, byte[] key) {
    return connect(clientName, SlotHash.getSlot(key));
  }

  private StatefulRedisConnection<byte[], byte[]> connect(String clientName, int slot) {
    cluster.refreshPartitions();
    RedisClusterNode owner = cluster.getPartitions().getMasterBySlot(slot);
    if (owner == null) {
      throw new RedisConnectionException("no living node of the cluster owns slot " + slot);
    }
    RedisURI uri = RedisURI.builder(owner.getUri()).withClientName(clientName).build();
    return nodes.connect(ByteArrayCodec.INSTANCE, uri);
  }

  @Override
  public void close() {
    nodes.shutdown(Duration.ZERO, Duration.ofSeconds(1));
  }
}
