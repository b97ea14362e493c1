package dev.millrace.rest.client;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.springframework.util.unit.DataSize;

/** A client as the application has it, with the real route, but without the application. */
public final class TestRest implements AutoCloseable {

  public static final String TOKEN = "AXzzACQgN2Y4NmQ3";

  private final CamelContext camel;
  private final RestRedis redis;

  private TestRest(CamelContext camel, RestRedis redis) {
    this.camel = camel;
    this.redis = redis;
  }

  /** One that gathers for so long that a test's commands leave together. */
  public static TestRest to(String url) {
    return to(url, properties(Duration.ofSeconds(5), Duration.ofMinutes(10)));
  }

  public static TestRest to(String url, RestProperties properties) {
    return to(url, TOKEN, properties);
  }

  public static TestRest to(String url, String token, RestProperties properties) {
    try {
      CamelContext camel = new DefaultCamelContext();
      RestRedisBuilder client = RestRedisBuilder.of(properties).prepare(camel);
      RoutesLoader routes = PluginHelper.getRoutesLoader(camel);
      Path file = Path.of("routes", "redis-over-http.camel.yaml").toAbsolutePath();
      routes.loadRoutes(ResourceHelper.resolveResource(camel, "file:" + file));
      camel.start();
      return new TestRest(camel, client.build(camel, () -> new RestTarget(url, token)));
    } catch (Exception e) {
      throw new AssertionError("The route does not start", e);
    }
  }

  /**
   * @param pause of the breaker
   */
  public static RestProperties properties(Duration timeout, Duration pause) {
    return new RestProperties(
        "", "", timeout, Duration.ofMillis(50), 16, DataSize.ofKilobytes(64), pause);
  }

  public RestRedis redis() {
    return redis;
  }

  @Override
  public void close() {
    redis.close();
    camel.stop();
  }
}
