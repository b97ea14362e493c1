package dev.millrace.rest.gateway;

import jakarta.servlet.http.HttpServletRequest;
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
import org.springframework.web.context.request.async.AsyncWebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.DeferredResultProcessingInterceptor;
import org.springframework.web.servlet.config.annotation.AsyncSupportConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * The threads that run HTTP routes. Camel would take those of Spring's task executor, eight for
 * everything, and a request waits here for Redis, a stream for as long as it is open. They are no
 * virtual threads, because reading a slow client's body would pin the carriers that jobs run on.
 */
@Configuration(proxyBeanMethods = false)
public class GatewayThreads {

  private static final int REQUESTS_AT_ONCE = 64;
  private static final long IDLE_SECONDS = 30;

  /** No executor to Spring: Boot would give up its own for it. */
  record Pool(ExecutorService threads) implements AutoCloseable {

    @Override
    public void close() {
      threads.shutdown();
    }
  }

  @Bean
  Pool httpRouteThreads(GatewayProperties properties) {
    int most = REQUESTS_AT_ONCE + properties.maxStreams();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("http-route-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
    return new Pool(threads);
  }

  @Bean("platform-http-engine")
  PlatformHttpEngine platformHttpEngine(
      Pool httpRouteThreads, @Value("${server.port:8080}") int port) {
    return new SpringBootPlatformHttpEngine(port, httpRouteThreads.threads());
  }

  /** A stream ends with its client, and a command in the time set for it, not after Spring's. */
  @Bean
  WebMvcConfigurer gatewayRequestsWithoutTimeout() {
    return new WebMvcConfigurer() {
      @Override
      public void configureAsyncSupport(AsyncSupportConfigurer async) {
        async.registerDeferredResultInterceptors(new NoTimeout());
      }
    };
  }

  private static final class NoTimeout implements DeferredResultProcessingInterceptor {

    @Override
    public <T> void beforeConcurrentHandling(NativeWebRequest request, DeferredResult<T> result) {
      if (request instanceof AsyncWebRequest async
          && GatewayAddress.is(request.getNativeRequest(HttpServletRequest.class))) {
        async.setTimeout(0L);
      }
    }
  }
}
