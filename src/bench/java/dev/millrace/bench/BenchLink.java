package dev.millrace.bench;

import dev.millrace.queue.RedisLink;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Plain Lettuce connections with the options of the application's own. */
final class BenchLink implements RedisLink, AutoCloseable {

  private final RedisClient client;
  private final StatefulRedisConnection<byte[], byte[]> command;

  BenchLink(int port) {
    client = RedisClient.create(RedisURI.builder().withHost("127.0.0.1").withPort(port).build());
    client.setOptions(ClientOptions.builder().timeoutOptions(TimeoutOptions.enabled()).build());
    command = client.connect(ByteArrayCodec.INSTANCE);
  }

  @Override
  public RedisClusterAsyncCommands<byte[], byte[]> commands() {
    return command.async();
  }

  @Override
  public Connection open(String role, Duration timeout, Watch watch) {
    var connection = client.connect(ByteArrayCodec.INSTANCE);
    connection.setTimeout(timeout);
    return Connection.of(connection, watch);
  }

  @Override
  public void close() {
    client.shutdown(0, 1, TimeUnit.SECONDS);
  }
}
