package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.StandardServletAsyncWebRequest;

/** How long requests may wait, and how long they may last. */
class RequestPlacesTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final GatewayMeters meters = new GatewayMeters(registry);

  @Test
  void shouldDropWhatWaitedLongerThanItsClientWouldHave() throws Exception {
    TestClock clock = new TestClock("2026-03-01T09:00:00Z");
    RequestPlaces places =
        new RequestPlaces(TestProperties.of(Duration.ofSeconds(10), 1, 0), meters, clock);
    MockHttpServletRequest request = new MockHttpServletRequest("GET", "/redis/ping");
    places.doFilter(request, new MockHttpServletResponse(), new MockFilterChain());

    clock.advance(Duration.ofSeconds(10));
    assertThatCode(() -> places.checkWait(request)).doesNotThrowAnyException();
    clock.advance(Duration.ofMillis(1));

    assertThatThrownBy(() -> places.checkWait(request))
        .isInstanceOf(GatewayRefusal.class)
        .hasMessage("ERR too many requests were before this one; nothing was executed");
  }

  @ParameterizedTest
  @CsvSource({"/redis/get/k,,300000", "/redis/subscribe/c,text/event-stream,0"})
  void shouldLetOnlyStreamsLastForEver(String path, String accept, long timeout) {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", path);
    request.setAsyncSupported(true);
    if (accept != null) {
      request.addHeader("Accept", accept);
    }
    StandardServletAsyncWebRequest asked =
        new StandardServletAsyncWebRequest(request, new MockHttpServletResponse());
    GatewayThreads.Timeout limit = new GatewayThreads.Timeout(meters);
    limit.beforeConcurrentHandling(asked, new DeferredResult<>());
    asked.startAsync();

    assertThat(((MockAsyncContext) request.getAsyncContext()).getTimeout()).isEqualTo(timeout);
    limit.handleTimeout(asked, new DeferredResult<>());
    assertThat(
            registry.get("millrace.gateway.refused").tag("reason", "unavailable").counter().count())
        .isEqualTo(1);
  }
}
