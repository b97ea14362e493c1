package dev.millrace.component;

import dev.millrace.queue.QueueEngine;
import dev.millrace.redis.RedisConnections;
import dev.millrace.redis.SharedLink;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The one engine of the application, with its meters and its health. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EngineProperties.class)
public class EngineConfiguration {

  @Bean
  SharedLink redisLink(RedisConnections connections, EngineProperties properties) {
    if (connections.isClustered()) {
      properties.requireHashTag();
    }
    return new SharedLink(connections, properties.prefix());
  }

  @Bean
  NamedQueues namedQueues(Environment environment) {
    return NamedQueues.of(environment);
  }

  @Bean
  EngineMeters engineMeters(MeterRegistry registry) {
    return new EngineMeters(registry);
  }

  @Bean(destroyMethod = "close")
  QueueEngine queueEngine(
      SharedLink link,
      RedisConnections connections,
      EngineProperties properties,
      EngineMeters meters,
      Clock clock) {
    QueueEngine engine =
        new QueueEngine(link, properties.options(connections.instance()), meters, clock);
    meters.bind(engine.meter(), link::openConnections, engine::modes);
    return engine;
  }

  @Bean
  EngineLifecycle queueEngineLifecycle(QueueEngine engine) {
    return new EngineLifecycle(engine);
  }

  /** Readiness: what the engine last did on the connection that waits for jobs. Sends nothing. */
  @Bean
  HealthIndicator queuesHealthIndicator(QueueEngine engine) {
    return () -> {
      var health = engine.health();
      Health.Builder answer = health.alive() ? Health.up() : Health.outOfService();
      answer
          .withDetail("queues", health.queues())
          .withDetail("lastCycleAge", health.cycleAge().toString());
      if (health.lastError() != null) {
        answer.withDetail("lastError", health.lastError());
      }
      return answer.build();
    };
  }
}
