package dev.millrace.rest.client;

import dev.millrace.rest.client.RestRedisException.Kind;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import org.apache.camel.CamelContext;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The one client of Redis over HTTP, and its meters. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RestProperties.class)
public class RestConfiguration {

  /** The context makes its routes after the beans, so that they find what they name. */
  @Bean
  RestRedis restRedis(
      CamelContext camel,
      RestProperties properties,
      Environment environment,
      MeterRegistry meters) {
    RestRedis redis =
        RestRedisBuilder.of(properties)
            .prepare(camel)
            .build(camel, () -> target(properties, environment));
    bind(redis, meters);
    return redis;
  }

  /** Its own gateway has a port only when the web server has. */
  private static RestTarget target(RestProperties properties, Environment environment) {
    if (!properties.url().isEmpty()) {
      return new RestTarget(properties.url(), properties.token());
    }
    String port = environment.getProperty("local.server.port");
    if (port == null) {
      return null;
    }
    return new RestTarget(
        OwnGateway.url(environment, port), environment.getProperty("millrace.gateway.token", ""));
  }

  private static void bind(RestRedis redis, MeterRegistry registry) {
    RestMeter meter = redis.meter();
    FunctionCounter.builder("millrace.redis.commands", meter, RestMeter::sent)
        .description("Commands that were sent to Redis over HTTP")
        .tags("path", "rest", "kind", "sent")
        .register(registry);
    FunctionCounter.builder("millrace.redis.commands", meter, RestMeter::billed)
        .description("Commands that were sent to Redis over HTTP, and calls made inside scripts")
        .tags("path", "rest", "kind", "billed")
        .register(registry);
    FunctionCounter.builder("millrace.rest.requests", meter, RestMeter::requests)
        .description("HTTP requests to Redis")
        .register(registry);
    for (Kind kind : Kind.values()) {
      FunctionCounter.builder("millrace.rest.failures", meter, counted -> counted.failures(kind))
          .description("Requests to Redis over HTTP that failed, or were not sent for that reason")
          .tag("kind", kind.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    Gauge.builder("millrace.rest.paused", redis, client -> client.isPaused() ? 1 : 0)
        .description("1 while Redis over HTTP is not asked, because it failed too often")
        .register(registry);
  }
}
