package dev.millrace.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.millrace.rest.client.RestRedis;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The caches, and how routes and administrators reach them. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CacheProperties.class)
public class CacheConfiguration {

  @Bean
  Caches caches(CacheProperties properties, RestRedis redis, MeterRegistry meters, Clock clock) {
    return new Caches(
        properties,
        redis,
        meters,
        new Surroundings(
            clock,
            Ticker.systemTicker(),
            time -> LockSupport.parkNanos(time.toNanos()),
            () -> ThreadLocalRandom.current().nextLong(),
            Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("cache-load-", 0).factory())));
  }

  @Bean
  CacheStore cacheStore(Caches caches) {
    return caches.store();
  }

  /** What {@code ref: cache} in a route means. */
  @Bean("cache")
  RouteCache routeCache(Caches caches) {
    return new RouteCache(caches);
  }

  @Bean
  WarmUp cacheWarmUp(
      ObjectProvider<CacheWarmer<?>> warmers, CacheProperties properties, MeterRegistry meters) {
    return new WarmUp(warmers.orderedStream().toList(), properties.warmUpParallel(), meters);
  }

  /** Not before the gateway answers, which may be what Redis is asked through. */
  @Bean
  ApplicationListener<ApplicationReadyEvent> cacheWarmUpBegin(WarmUp warmUp) {
    return ready -> warmUp.begin();
  }
}
