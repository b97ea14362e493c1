package dev.millrace.redis;

import dev.millrace.setting.RefusedSetting;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.resource.ClientResources;
import java.util.stream.Collectors;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The ways into Redis: the one connection factory that every endpoint shares, and what is needed to
 * open a further connection to the same server under a name that tells an operator whose it is.
 *
 * @param factory shares one native connection among all who ask; it is the command connection
 * @param resources event loops and timers, shared by every connection
 * @param instance the name of this instance among those on the same Redis
 */
public record RedisConnections(
    LettuceConnectionFactory factory, ClientResources resources, String instance) {

  public RedisConnections {
    if (factory.isRedisSentinelAware()) {
      throw new RefusedSetting(
          "spring.data.redis.sentinel is not supported.",
          "Name one Redis by REDIS_URL or spring.data.redis.url, or a cluster by"
              + " spring.data.redis.cluster.nodes.");
    }
  }

  /** Whether the factory leads into a Redis Cluster. */
  public boolean isClustered() {
    return factory.isClusterAware();
  }

  /** What the factory's client was told about sockets, time-outs and TLS. */
  ClientOptions options() {
    return factory.getClientConfiguration().getClientOptions().orElseGet(ClientOptions::create);
  }

  /**
   * The name of a connection in {@code CLIENT LIST}, for example {@code millrace:k3x9q2:waiting}.
   */
  public static String clientName(String instance, String role) {
    return "millrace:" + instance + ":" + role;
  }

  /**
   * The address of the same server for one more connection; not for a cluster.
   *
   * @param role what the connection is for, such as {@code waiting}; becomes part of its name
   */
  public RedisURI uri(String role) {
    RedisStandaloneConfiguration server = factory.getStandaloneConfiguration();
    RedisURI uri =
        RedisURI.builder()
            .withHost(server.getHostName())
            .withPort(server.getPort())
            .withDatabase(server.getDatabase())
            .withSsl(factory.isUseSsl())
            .withVerifyPeer(factory.getClientConfiguration().getVerifyMode())
            .withTimeout(factory.getClientConfiguration().getCommandTimeout())
            .withClientName(clientName(instance, role))
            .build();
    String username = server.getUsername();
    server
        .getPassword()
        .toOptional()
        .ifPresent(
            password ->
                uri.setCredentialsProvider(
                    new StaticCredentialsProvider(
                        username == null || username.isEmpty() ? null : username, password)));
    return uri;
  }

  /** Where the server is, without credentials. */
  public String address() {
    if (isClustered()) {
      RedisClusterConfiguration cluster = factory.getClusterConfiguration();
      return "cluster of "
          + cluster.getClusterNodes().stream()
              .map(RedisNode::asString)
              .collect(Collectors.joining(", "));
    }
    return (factory.isUseSsl() ? "rediss://" : "redis://")
        + factory.getHostName()
        + ":"
        + factory.getPort();
  }
}
