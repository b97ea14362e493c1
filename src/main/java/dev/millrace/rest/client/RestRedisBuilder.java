package dev.millrace.rest.client;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.http.HttpClientConfigurer;

/** Makes clients. The context must have the route {@code redis-over-http}. */
public final class RestRedisBuilder {

  /** The bean that the route names. */
  public static final String HTTP_CLIENT = "redisHttpClient";

  private final RestProperties properties;

  private RestRedisBuilder(RestProperties properties) {
    this.properties = properties;
  }

  public static RestRedisBuilder of(RestProperties properties) {
    return new RestRedisBuilder(properties);
  }

  /** What a context without Spring must be given under the name {@link #HTTP_CLIENT}. */
  public static HttpClientConfigurer httpClient() {
    return client -> client.disableAutomaticRetries().disableCookieManagement();
  }

  /**
   * @param target asked anew for each request
   */
  public RestRedis build(CamelContext camel, Supplier<RestTarget> target) {
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("redis-http-", 0).factory());
    CamelTransport transport =
        new CamelTransport(camel, target, Math.toIntExact(properties.maxAnswerSize().toBytes()));
    Dispatcher dispatcher =
        new Dispatcher(
            transport, threads, properties.timeout(), RestBreaker.of(properties.pause()));
    return new RestRedis(
        dispatcher, new Gatherer(dispatcher, threads, properties.linger(), properties.requests()));
  }
}
