package dev.millrace.redis;

import dev.millrace.queue.RedisLink;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The engine's two connections, both from the one {@link LettuceConnectionFactory}: the factory's
 * shared connection, which {@code spring-redis:} endpoints use too, and one more from the same
 * client for waiting.
 */
public final class SharedLink implements RedisLink {

  private final LettuceConnectionFactory factory;
  private final Function<String, RedisURI> uri;
  private volatile RedisClusterAsyncCommands<byte[], byte[]> commands;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * @param uri the factory's server with the client name of a connection of that role
   */
  public SharedLink(LettuceConnectionFactory factory, Function<String, RedisURI> uri) {
    this.factory = factory;
    this.uri = uri;
    client().addListener(new OpenCount(open));
  }

  @Override
  @SuppressWarnings("unchecked")
  public RedisClusterAsyncCommands<byte[], byte[]> commands() {
    RedisClusterAsyncCommands<byte[], byte[]> known = commands;
    if (known != null) {
      return known;
    }
    // Closing gives nothing back here: the native connection is the shared one.
    try (RedisConnection connection = factory.getConnection()) {
      known = (RedisClusterAsyncCommands<byte[], byte[]>) connection.getNativeConnection();
    }
    commands = known;
    return known;
  }

  @Override
  public Connection open(String role, Duration timeout, Watch watch) {
    StatefulRedisConnection<byte[], byte[]> connection =
        client().connect(ByteArrayCodec.INSTANCE, uri.apply(role));
    connection.setTimeout(timeout);
    connection.addListener(telling(watch));
    return Connection.of(connection);
  }

  @Override
  public Subscriber listen(String role, BiConsumer<String, String> message, Watch watch) {
    StatefulRedisPubSubConnection<String, String> connection =
        client().connectPubSub(StringCodec.UTF8, uri.apply(role));
    connection.addListener(telling(watch));
    return Subscriber.of(connection, message);
  }

  private static RedisConnectionStateAdapter telling(Watch watch) {
    return new RedisConnectionStateAdapter() {
      @Override
      public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
        watch.back();
      }

      @Override
      public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
        watch.lost();
      }
    };
  }

  private RedisClient client() {
    return (RedisClient) factory.getRequiredNativeClient();
  }

  /** How many connections of the one client are open now, whoever opened them. */
  public int openConnections() {
    return open.get();
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
