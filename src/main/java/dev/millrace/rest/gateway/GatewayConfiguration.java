package dev.millrace.rest.gateway;

import dev.millrace.redis.RedisConnections;
import dev.millrace.redis.SharedLink;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The gateway, over the connection that the whole application shares. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(GatewayProperties.class)
public class GatewayConfiguration {

  @Bean
  GatewayTokens gatewayTokens(GatewayProperties properties) {
    return new GatewayTokens(properties);
  }

  @Bean
  GatewayMeters gatewayMeters(MeterRegistry registry) {
    return new GatewayMeters(registry);
  }

  @Bean
  GatewayLink gatewayLink(
      SharedLink shared, RedisConnections connections, GatewayProperties properties) {
    GatewayLink link = new GatewayLink(shared, properties.timeout());
    connections.factory().getRequiredNativeClient().addListener(link);
    return link;
  }

  /** What the route calls. */
  @Bean
  RedisGateway redisGateway(
      GatewayLink link,
      GatewayTokens tokens,
      GatewayMeters meters,
      GatewayProperties properties,
      Clock clock) {
    CommandRules rules = new CommandRules(new CommandCatalog(link, clock), properties);
    return new RedisGateway(new CommandRunner(link, rules, meters), tokens, meters, properties);
  }
}
