package dev.millrace.queue;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

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

  /**
   * Opens a connection that hears what others publish. It closes like any other, and the client
   * subscribes again by itself when it has reconnected.
   *
   * @param role what it is for, {@code bull}
   * @param message is told the channel and the text of each message; any thread, must not block
   * @param watch is told of every loss and return of the open connection
   */
  default Subscriber listen(String role, BiConsumer<String, String> message, Watch watch) {
    throw new UnsupportedOperationException("this link opens no connection for " + role);
  }

  /** A connection that hears what is published. */
  interface Subscriber {

    /** Hears all channels that match one of the patterns from then on; one command. */
    CompletionStage<Void> subscribe(Collection<String> patterns);

    /** Does not wait until it is closed. */
    void close();

    /** Of a plain Lettuce connection. */
    static Subscriber of(
        StatefulRedisPubSubConnection<String, String> connection,
        BiConsumer<String, String> message,
        Watch watch) {
      AtomicBoolean closed = new AtomicBoolean();
      connection.addListener(telling(watch, closed));
      connection.addListener(
          new RedisPubSubAdapter<>() {
            @Override
            public void message(String pattern, String channel, String text) {
              message.accept(channel, text);
            }
          });
      return new Subscriber() {
        @Override
        public CompletionStage<Void> subscribe(Collection<String> patterns) {
          return connection.async().psubscribe(patterns.toArray(String[]::new));
        }

        @Override
        public void close() {
          closed.set(true);
          connection.closeAsync();
        }
      };
    }
  }

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
      connection.addListener(telling(watch, closed));
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

  private static RedisConnectionStateAdapter telling(Watch watch, AtomicBoolean closed) {
    return new RedisConnectionStateAdapter() {
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
    };
  }

  /** Hears of an opened connection's fate; any thread. */
  interface Watch {

    /** The socket is gone. Unless it leads into a cluster, the client reconnects by itself. */
    void lost();

    /** The socket is back. A reply may have been lost with the old one. */
    void back();
  }
}
