package dev.millrace.rest.client;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnErrorEvent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops asking a server that does not answer, and says so once. */
final class RestBreaker {

  private static final Logger LOG = LoggerFactory.getLogger(RestBreaker.class);
  private static final int WINDOW = 20;
  private static final int FEWEST = 5;
  private static final float HALF = 50;

  private RestBreaker() {}

  /**
   * @param pause after which one request tries whether the server is back
   */
  static CircuitBreaker of(Duration pause) {
    CircuitBreaker breaker =
        CircuitBreaker.of(
            "redis-over-http",
            CircuitBreakerConfig.custom()
                .slidingWindowSize(WINDOW)
                .minimumNumberOfCalls(FEWEST)
                .failureRateThreshold(HALF)
                .waitDurationInOpenState(pause)
                .permittedNumberOfCallsInHalfOpenState(1)
                .build());
    AtomicReference<Throwable> last = new AtomicReference<>();
    breaker
        .getEventPublisher()
        .onError((CircuitBreakerOnErrorEvent event) -> last.set(event.getThrowable()))
        .onStateTransition(
            event -> {
              State before = event.getStateTransition().getFromState();
              State now = event.getStateTransition().getToState();
              if (now == State.OPEN && before == State.CLOSED) {
                LOG.warn(
                    "Redis over HTTP fails; asked again every {} ms. Last: {}",
                    pause.toMillis(),
                    last.get() == null ? "unknown" : last.get().getMessage());
              } else if (now == State.CLOSED) {
                LOG.info("Redis over HTTP works again");
              }
            });
    return breaker;
  }
}
