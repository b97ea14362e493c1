package dev.millrace.queue;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The two connections that the engine lives on; whoever embeds the engine says where they come
 * from.
 */
public interface RedisLink {

  /**
   * The connection for everything that does not block. Shared and pipelined: nobody may block it or
   * open a transaction on it.
   *
   * @throws RuntimeException when Redis cannot be reached now; the engine tries again
   */
  RedisClusterAsyncCommands<byte[], byte[]> commands();

  /**
   * Whether Redis is a cluster. Then all keys must be in one slot, that is, the engine's prefix has
   * a hash tag.
   */
  default boolean isClustered() {
    return false;
  }

  /**
   * Opens a connection that blocks. The engine asks again when the last one failed, and closes what
   * it opened.
   *
   * <p>On a cluster it leads to the node that now owns the slot of the prefix, and does not
   * reconnect by itself, since another node may own the slot by then: when it is lost its commands
   * fail, and the engine asks for another.
   *
   * @param role what it is for, {@code waiting} or {@code events}; becomes part of its name in
   *     {@code CLIENT LIST}
   * @param timeout after which a command without an answer is given up; longer than the engine ever
   *     blocks
   * @param watch is told of every loss and return of the open connection
   */
  Connection open(String role, Duration timeout, Watch watch);

  /** A connection of the engine's own. */
  interface Connection {

    RedisClusterAsyncCommands<byte[], byte[]> commands();

    /** Does not wait until it is closed. */
    void close();

    /**
     * Of a plain Lettuce connection.
     *
     * @param watch is told until the connection is closed
     */
    static Connection of(StatefulRedisConnection<byte[], byte[]> connection, Watch watch) {
      AtomicBoolean closed = new AtomicBoolean();
      connection.addListener(
          new RedisConnectionStateAdapter() {
            @Override
            public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
              watch.back();
            }

            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
              if (!closed.get()) {
                watch.lost();
              }
            }
          });
      return new Connection() {
        @Override
        public RedisClusterAsyncCommands<byte[], byte[]> commands() {
          return connection.async();
        }

        @Override
        public void close() {
          closed.set(true);
          connection.closeAsync();
        }
      };
    }
  }

  /** Hears of an opened connection's fate; any thread. */
  interface Watch {

    /** The socket is gone. Unless it leads into a cluster, the client reconnects by itself. */
    void lost();

    /** The socket is back. A reply may have been lost with the old one. */
    void back();
  }
}
