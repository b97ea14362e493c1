package dev.millrace.api;

import org.apache.camel.CamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.component.redis.processor.idempotent.SpringRedisStringIdempotentRepository;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.LoggingExceptionHandler;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

/** What {@code routes/http/webhooks.camel.yaml} needs besides beans. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebhookProperties.class)
class WebhookConfiguration {

  /** Which push messages were taken: one key each, on the connection that all share. */
  @Bean
  SpringRedisStringIdempotentRepository webhookMessages(
      StringRedisTemplate redis, WebhookProperties properties) {
    SpringRedisStringIdempotentRepository repository =
        new SpringRedisStringIdempotentRepository(redis, properties.prefix());
    repository.setExpiry(properties.remember().toSeconds());
    return repository;
  }

  /** For consumers whose failures are answered, counted and logged by the route that waits. */
  @Bean
  ExceptionHandler saidElsewhere(CamelContext camel) {
    return new LoggingExceptionHandler(camel, WebhooksApi.class, LoggingLevel.OFF);
  }
}
