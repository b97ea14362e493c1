package dev.millrace.rest.gateway;

import dev.millrace.redis.OwnConnections;
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
  RequestPlaces requestPlaces(GatewayProperties properties, GatewayMeters meters, Clock clock) {
    return new RequestPlaces(properties, meters, clock);
  }

  @Bean
  GatewayLink gatewayLink(
      SharedLink shared, RedisConnections connections, GatewayProperties properties) {
    GatewayLink link = new GatewayLink(shared, properties.timeout());
    connections.factory().getRequiredNativeClient().addListener(link);
    return link;
  }

  @Bean
  OwnConnections ownConnections(RedisConnections connections) {
    return new OwnConnections(connections);
  }

  @Bean
  TransactionLink transactionLink(
      OwnConnections connections, GatewayProperties properties, Clock clock) {
    return new TransactionLink(connections, properties, clock);
  }

  @Bean
  EventStreams eventStreams(
      OwnConnections connections, GatewayMeters meters, GatewayProperties properties) {
    Subscriptions subscriptions = new Subscriptions(connections, properties.timeout());
    return new EventStreams(subscriptions, connections, meters, properties);
  }

  @Bean
  CommandRules commandRules(GatewayLink link, GatewayProperties properties, Clock clock) {
    return new CommandRules(new CommandCatalog(link, clock), properties);
  }

  /** What the route calls. */
  @Bean
  RedisGateway redisGateway(
      GatewayLink link,
      TransactionLink transactions,
      EventStreams streams,
      CommandRules rules,
      GatewayTokens tokens,
      RequestPlaces places,
      GatewayMeters meters,
      GatewayProperties properties,
      Clock clock) {
    CommandQuota quota =
        new CommandQuota(clock, properties.maxCommandsPerSecond(), properties.maxCommandsPerDay());
    Preparation preparation = new Preparation(rules, quota, properties);
    CommandRunner runner = new CommandRunner(link, transactions, preparation, meters);
    return new RedisGateway(runner, streams, rules, tokens, places, meters, properties);
  }
}
