package dev.millrace.consumption;

import dev.millrace.component.NamedQueues;
import dev.millrace.queue.QueueEngine;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The policy of the routes in {@code routes/jobs}, and what it works with. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ConsumptionProperties.class)
public class ConsumptionConfiguration {

  @Bean
  ConsumptionModes consumptionModes(
      QueueEngine engine,
      ConsumptionProperties properties,
      NamedQueues queues,
      @Value("${USE_BULLMQ:}") String useBullMQ,
      ApplicationEventPublisher events,
      MeterRegistry registry) {
    SwitchMeters meters = new SwitchMeters(registry);
    return new ConsumptionModes(
        engine,
        new ConfiguredModes(properties, useBullMQ, queues),
        properties.deadline(),
        done -> {
          meters.count(done);
          events.publishEvent(done);
        });
  }

  /** What {@code routePolicy: consumption} in a route means. */
  @Bean("consumption")
  ConsumptionPolicy consumptionPolicy() {
    return new ConsumptionPolicy();
  }
}
