package dev.millrace.smoke;

import dev.millrace.redis.ClusterAddress;
import dev.millrace.startup.RunningRedis;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

/** Finds the Redis that a running instance would be on, and starts none. */
final class SmokeTarget implements ApplicationContextInitializer<ConfigurableApplicationContext> {

  private static final String FOUND = "millrace.smoke.redis-found";

  @Override
  public void initialize(ConfigurableApplicationContext context) {
    ConfigurableEnvironment environment = context.getEnvironment();
    Map<String, Object> found = new HashMap<>();
    Optional<ClusterAddress> cluster = RunningRedis.cluster(environment);
    if (cluster.isPresent()) {
      found.putAll(cluster.get().settings());
    } else {
      RunningRedis.url(environment).ifPresent(url -> found.put("spring.data.redis.url", url));
    }
    found.put(
        FOUND,
        cluster.isPresent()
            || !found.isEmpty()
            || environment.containsProperty("spring.data.redis.host"));
    environment.getPropertySources().addFirst(new MapPropertySource("smoke", found));
  }

  static boolean isFound(Environment environment) {
    return environment.getRequiredProperty(FOUND, Boolean.class);
  }
}
