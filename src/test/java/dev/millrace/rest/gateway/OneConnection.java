package dev.millrace.rest.gateway;

import dev.millrace.queue.RedisLink;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;

/** A link that has the shared connection and opens no other. */
record OneConnection(StatefulRedisConnection<byte[], byte[]> shared) implements RedisLink {

  @Override
  public RedisClusterAsyncCommands<byte[], byte[]> commands() {
    return shared.async();
  }

  @Override
  public Connection open(String role, Duration timeout, Watch watch) {
    throw new UnsupportedOperationException(role);
  }
}
