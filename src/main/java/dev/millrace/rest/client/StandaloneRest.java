package dev.millrace.rest.client;

import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** A client without the application around it, but with the same route. */
public final class StandaloneRest implements AutoCloseable {

  private static final String ROUTE = "redis-over-http.camel.yaml";

  private final CamelContext camel;
  private final RestRedis redis;

  private StandaloneRest(CamelContext camel, RestRedis redis) {
    this.camel = camel;
    this.redis = redis;
  }

  /**
   * Starts one.
   *
   * @param routes the directory of the routes
   * @throws IllegalStateException when the route is not there, or does not start
   */
  public static StandaloneRest start(Path routes, RestTarget target, RestProperties properties) {
    Path file = routes.resolve(ROUTE).toAbsolutePath().normalize();
    CamelContext camel = new DefaultCamelContext();
    try {
      RestRedisBuilder client = RestRedisBuilder.of(properties).prepare(camel);
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(ResourceHelper.resolveMandatoryResource(camel, "file:" + file));
      camel.start();
      return new StandaloneRest(camel, client.build(camel, () -> target));
    } catch (Exception e) {
      camel.stop();
      throw new IllegalStateException("The route in " + file + " does not start: " + e, e);
    }
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
