package dev.millrace.rest.gateway;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpEngine;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.context.request.async.AsyncWebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.DeferredResultProcessingInterceptor;
import org.springframework.web.servlet.config.annotation.AsyncSupportConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * The threads that run HTTP routes. Camel would take those of Spring's task executor, eight for
 * everything, and a request waits here for Redis, a stream for as long as it is open. They are no
 * virtual threads, because reading a slow client's body would pin the carriers that jobs run on.
 *
 * <p>The gateway has threads of its own, so that its requests keep no other route waiting.
 */
@Configuration(proxyBeanMethods = false)
public class GatewayThreads {

  private static final int REQUESTS_AT_ONCE = 64;
  private static final long IDLE_SECONDS = 30;

  /** Above all that threads, Redis and a slow line may take together. */
  private static final Duration LONGEST_REQUEST = Duration.ofMinutes(5);

  /** No executor to Spring: Boot would give up its own for it. */
  record Pools(ExecutorService gateway, ExecutorService others) implements AutoCloseable {

    /** Runs the route that the request of this thread is for. */
    private void run(Runnable route) {
      boolean ours =
          RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes asked
              && GatewayAddress.is(asked.getRequest());
      (ours ? gateway : others).execute(route);
    }

    @Override
    public void close() {
      gateway.shutdown();
      others.shutdown();
    }
  }

  /** What waits for a thread of the gateway is bounded by its places. */
  @Bean
  Pools httpRouteThreads(GatewayProperties properties) {
    return new Pools(
        threads("gateway-", REQUESTS_AT_ONCE + properties.maxStreams()),
        threads("http-route-", REQUESTS_AT_ONCE));
  }

  @Bean("platform-http-engine")
  PlatformHttpEngine platformHttpEngine(
      Pools httpRouteThreads, @Value("${server.port:8080}") int port) {
    return new SpringBootPlatformHttpEngine(port, httpRouteThreads::run);
  }

  /** A stream ends with its client, and a command in the time set for it, not after Spring's. */
  @Bean
  WebMvcConfigurer timeoutOfGatewayRequests(GatewayMeters meters) {
    return new WebMvcConfigurer() {
      @Override
      public void configureAsyncSupport(AsyncSupportConfigurer async) {
        async.registerDeferredResultInterceptors(new Timeout(meters));
      }
    };
  }

  private static ExecutorService threads(String name, int most) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name(name, 0).factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  record Timeout(GatewayMeters meters) implements DeferredResultProcessingInterceptor {

    @Override
    public <T> void beforeConcurrentHandling(NativeWebRequest request, DeferredResult<T> result) {
      HttpServletRequest asked = request.getNativeRequest(HttpServletRequest.class);
      if (request instanceof AsyncWebRequest async && GatewayAddress.is(asked)) {
        boolean events = GatewayAddress.wantsEvents(asked);
        async.setTimeout(events ? 0L : LONGEST_REQUEST.toMillis());
      }
    }

    /** Spring answers it with 503. */
    @Override
    public <T> boolean handleTimeout(NativeWebRequest request, DeferredResult<T> result) {
      if (GatewayAddress.is(request.getNativeRequest(HttpServletRequest.class))) {
        meters.refused(GatewayRefusal.Reason.UNAVAILABLE);
      }
      return true;
    }
  }
}
