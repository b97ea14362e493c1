package dev.millrace.rest.client;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpClientConfigurer;

/** Makes clients. The context must have the route {@code redis-over-http}. */
public final class RestRedisBuilder {

  /** The beans that the route names. */
  private static final String HTTP_CLIENT = "redisHttpClient";

  private static final String ANSWER = "redisAnswer";

  private final RestProperties properties;

  private RestRedisBuilder(RestProperties properties) {
    this.properties = properties;
  }

  public static RestRedisBuilder of(RestProperties properties) {
    return new RestRedisBuilder(properties);
  }

  /** Gives the context what the route names; before the route is made. */
  public RestRedisBuilder prepare(CamelContext camel) {
    // By itself Apache's client sends again what a server refused with 429 or 503, and a command
    // that counts must not be sent twice.
    HttpClientConfigurer plain =
        client -> client.disableAutomaticRetries().disableCookieManagement();
    camel.getRegistry().bind(HTTP_CLIENT, HttpClientConfigurer.class, plain);
    camel.getRegistry().bind(ANSWER, Processor.class, new AnswerBody());
    return this;
  }

  /**
   * @param target asked anew for each request; null while there is none yet
   */
  public RestRedis build(CamelContext camel, Supplier<RestTarget> target) {
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("redis-http-", 0).factory());
    Dispatcher dispatcher =
        new Dispatcher(
            new CamelTransport(camel, target, properties.maxAnswerSize()),
            threads,
            properties.timeout(),
            RestBreaker.of(properties.pause()),
            properties.requests());
    return new RestRedis(dispatcher, new Gatherer(dispatcher, threads, properties.linger()));
  }
}
