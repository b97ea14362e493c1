package dev.millrace.redis;

import dev.millrace.setting.RefusedSetting;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.data.redis.ClientResourcesBuilderCustomizer;
import org.springframework.boot.autoconfigure.data.redis.LettuceClientConfigurationBuilderCustomizer;
import org.springframework.boot.autoconfigure.data.redis.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.autoconfigure.data.redis.RedisProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * How the one connection factory talks to Redis. Spring Boot builds it from {@code
 * spring.data.redis.*}; what is set here is what a connection needs that stays open for days, much
 * of the time silent.
 */
@Configuration(proxyBeanMethods = false)
public class RedisConfiguration {

  /** Long enough for a server that writes a snapshot, short enough to notice one that hangs. */
  public static final Duration DEFAULT_COMMAND_TIMEOUT = Duration.ofSeconds(30);

  /** Covers a TLS handshake with a server on another continent. */
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration RECONNECT_STEP = Duration.ofMillis(50);
  private static final Duration RECONNECT_LIMIT = Duration.ofSeconds(2);

  // Routers and cloud proxies forget a silent connection after some minutes without telling anyone;
  // the wait for jobs is silent by design. A dead peer is noticed after 30 s + 3 · 10 s.
  private static final KeepAliveOptions KEEP_ALIVE =
      KeepAliveOptions.builder()
          .enable()
          .idle(Duration.ofSeconds(30))
          .interval(Duration.ofSeconds(10))
          .count(3)
          .build();

  /**
   * The name of this instance, from {@code millrace.instance-id}; a random one when unset.
   *
   * @throws RefusedSetting when it has characters that {@code CLIENT SETNAME} does not take
   */
  @Bean
  InstanceId instanceId(@Value("${millrace.instance-id:}") String configured) {
    return configured.isBlank() ? InstanceId.random() : new InstanceId(configured.strip());
  }

  @Bean
  LettuceClientConfigurationBuilderCustomizer millraceClient(
      InstanceId instance, RedisProperties properties) {
    return client -> {
      client.clientName(RedisConnections.clientName(instance.value(), "command"));
      if (properties.getTimeout() == null) {
        client.commandTimeout(DEFAULT_COMMAND_TIMEOUT);
      }
    };
  }

  @Bean
  LettuceClientOptionsBuilderCustomizer millraceClientOptions(RedisProperties properties) {
    Duration configured = properties.getConnectTimeout();
    Duration connectTimeout = configured == null ? DEFAULT_CONNECT_TIMEOUT : configured;
    return options -> {
      options
          .autoReconnect(true)
          // The REST gateway answers in the shapes of this version, such as scores as strings.
          .protocolVersion(ProtocolVersion.RESP2)
          .socketOptions(
              SocketOptions.builder().connectTimeout(connectTimeout).keepAlive(KEEP_ALIVE).build());
      if (options instanceof ClusterClientOptions.Builder cluster) {
        ClusterOptions.following(
            cluster, properties.getLettuce().getCluster().getRefresh().getPeriod());
      }
    };
  }

  @Bean
  ClientResourcesBuilderCustomizer millraceReconnectDelay() {
    // Half of each pause is random, so that a fleet does not return to a restarted Redis in step.
    return resources ->
        resources.reconnectDelay(
            Delay.equalJitter(
                RECONNECT_STEP, RECONNECT_LIMIT, RECONNECT_STEP.toMillis(), TimeUnit.MILLISECONDS));
  }

  @Bean
  RedisConnections redisConnections(
      LettuceConnectionFactory factory, ClientResources resources, InstanceId instance) {
    return new RedisConnections(factory, resources, instance.value());
  }
}
