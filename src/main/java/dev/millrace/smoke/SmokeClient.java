package dev.millrace.smoke;

import dev.millrace.component.EngineConfiguration;
import dev.millrace.redis.RedisConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * As much of the application as it takes to add a job and look at it: no routes, no database. Not
 * annotated as a configuration, or the application itself would find it too.
 */
@ImportAutoConfiguration(RedisAutoConfiguration.class)
@Import({RedisConfiguration.class, EngineConfiguration.class})
class SmokeClient {

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  MeterRegistry meterRegistry() {
    return new SimpleMeterRegistry();
  }
}
