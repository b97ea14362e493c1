package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Takes a place for each request that was let in, before it waits for a thread, and gives it back
 * when the answer is out. So no more wait than there are places.
 */
final class RequestPlaces extends OncePerRequestFilter {

  private static final String ARRIVAL = RequestPlaces.class.getName();

  private final Semaphore places;
  private final Duration patience;
  private final GatewayMeters meters;
  private final Clock clock;

  RequestPlaces(GatewayProperties properties, GatewayMeters meters, Clock clock) {
    this.places = new Semaphore(properties.maxConnections());
    this.patience = properties.timeout();
    this.meters = meters;
    this.clock = clock;
  }

  /**
   * Looks how long a request has waited for its thread.
   *
   * @throws GatewayRefusal when it is so long that its client may have given up
   */
  void checkWait(HttpServletRequest request) {
    if (request.getAttribute(ARRIVAL) instanceof Instant arrival
        && arrival.plus(patience).isBefore(clock.instant())) {
      throw new GatewayRefusal(
          Reason.UNAVAILABLE, "ERR too many requests were before this one; nothing was executed");
    }
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (!GatewayAddress.is(request)) {
      chain.doFilter(request, response);
      return;
    }
    meters.request();
    if (!places.tryAcquire()) {
      meters.refused(Reason.RATE);
      GatewayRefusal refusal =
          new GatewayRefusal(Reason.RATE, "ERR max concurrent connections exceeded");
      Answer.of(refusal, ReplyFormat.JSON).write(response);
      return;
    }
    boolean goesOn = false;
    try {
      request.setAttribute(ARRIVAL, clock.instant());
      chain.doFilter(request, response);
      goesOn = request.isAsyncStarted();
      if (goesOn) {
        request.getAsyncContext().addListener(new Leaving());
      }
    } finally {
      if (!goesOn) {
        places.release();
      }
    }
  }

  private final class Leaving implements AsyncListener {

    @Override
    public void onComplete(AsyncEvent event) {
      places.release();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      // Completes as well.
    }

    @Override
    public void onError(AsyncEvent event) {
      // Completes as well.
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this);
    }
  }
}
