package dev.millrace.rest.gateway;

import dev.millrace.ContainerEngine;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.testcontainers.containers.GenericContainer;

/** The gateway before a Redis 7.0, while the embedded one is older; one for all such tests. */
@ContainerEngine
interface OnRedis70 {

  GenericContainer<?> REDIS = new GenericContainer<>("redis:7.0").withExposedPorts(6379);

  @DynamicPropertySource
  static void redis(DynamicPropertyRegistry settings) {
    REDIS.start();
    settings.add(
        "spring.data.redis.url",
        () -> "redis://" + REDIS.getHost() + ":" + REDIS.getMappedPort(6379));
  }
}
