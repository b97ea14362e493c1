package dev.millrace.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.ratelimit.Decision.Source;
import dev.millrace.rest.client.RestRedis;
import dev.millrace.rest.client.RestRedisException;
import dev.millrace.rest.client.RestTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a limit does when whoever answers at Redis' address is not what it should be. */
class UnreachableTest extends RunningLimits {

  private static final String SUBJECT = "somebody";

  private final CountDownLatch over = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;
  private volatile Fault fault;

  /** Ways to be broken, and how the client names them. */
  enum Fault {
    DOWN("unreachable"),
    SLOW("unreachable"),
    UNAUTHORIZED("denied"),
    BROKEN("unavailable"),
    NO_JSON("malformed"),
    NO_BASE64("malformed"),
    TOO_LARGE("too_large"),
    OTHER_ANSWER("malformed");

    final String kind;

    Fault(String kind) {
      this.kind = kind;
    }
  }

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    over.countDown();
    server.stop(0);
    threads.close();
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void shouldDoWhatTheLimitSays(Fault broken) {
    fault = broken;
    limit("open", Algorithm.SLIDING_LOG, 2, MINUTE, WhenUnreachable.OPEN);
    limit("closed", Algorithm.SLIDING_LOG, 2, MINUTE, WhenUnreachable.CLOSED);
    limit("local", Algorithm.SLIDING_LOG, 2, MINUTE, WhenUnreachable.LOCAL);
    try (RestRedis client = broken()) {
      RateLimits limits = limits(client, clock);

      for (int i = 0; i < 3; i++) {
        assertThat(limits.check("open", SUBJECT))
            .returns(true, Decision::allowed)
            .returns(2L, Decision::remaining)
            .returns(Source.OPEN, Decision::source);
      }
      assertThat(limits.check("closed", SUBJECT))
          .returns(false, Decision::allowed)
          .returns(Duration.ofSeconds(5), Decision::retryAfter)
          .returns(Source.CLOSED, Decision::source);
      assertThat(limits.check("local", SUBJECT).remaining()).isEqualTo(1);
      assertThat(limits.check("local", SUBJECT).remaining()).isZero();
      assertThat(limits.check("local", SUBJECT))
          .returns(false, Decision::allowed)
          .returns(MINUTE, Decision::retryAfter)
          .returns(Source.LOCAL, Decision::source);
      assertThat(limits.peek("local", SUBJECT).allowed()).isFalse();
      assertThat(count("errors", "limit", "open", "kind", broken.kind)).isPositive();
      assertThat(count("checks", "limit", "open", "outcome", "open")).isEqualTo(3);
      assertThat(count("checks", "limit", "closed", "outcome", "closed")).isEqualTo(1);
      assertThat(count("checks", "limit", "local", "outcome", "local-allowed")).isEqualTo(2);
      assertThat(count("checks", "limit", "local", "outcome", "local-refused")).isEqualTo(1);
    }
  }

  @Test
  void shouldCountLocallyAsTheLimitWould() {
    fault = Fault.BROKEN;
    limit("bucket", Algorithm.TOKEN_BUCKET, 6, MINUTE, WhenUnreachable.LOCAL);
    limit("window", Algorithm.FIXED_WINDOW, 6, MINUTE, WhenUnreachable.LOCAL);
    try (RestRedis client = broken()) {
      RateLimits limits = limits(client, clock);
      for (String limit : List.of("bucket", "window")) {
        Decision taken = limits.check(limit, SUBJECT, 6);
        assertThat(taken.allowed()).isTrue();
        assertThat(limits.check(limit, SUBJECT).allowed()).isFalse();
        limits.refund(taken, SUBJECT, 2);
        assertThat(limits.peek(limit, SUBJECT).remaining()).isEqualTo(2);
        assertThat(limits.check(limit, SUBJECT, 2).allowed()).isTrue();
      }

      clock.advance(Duration.ofSeconds(10));
      assertThat(limits.check("bucket", SUBJECT).allowed()).isTrue();
      assertThat(limits.check("window", SUBJECT).retryAfter()).isEqualTo(Duration.ofSeconds(50));
      clock.advance(Duration.ofSeconds(50));
      assertThat(limits.check("window", SUBJECT, 6).allowed()).isTrue();
    }
  }

  @Test
  void shouldGiveBackWhatARefusedBatchCountedLocally() {
    fault = Fault.BROKEN;
    limit("closed", Algorithm.SLIDING_LOG, 2, MINUTE, WhenUnreachable.CLOSED);
    limit("local", Algorithm.SLIDING_LOG, 2, MINUTE, WhenUnreachable.LOCAL);
    try (RestRedis client = broken()) {
      RateLimits limits = limits(client, clock);

      assertThat(
              limits.checkAll(
                  List.of(new Check("local", SUBJECT, 2), new Check("closed", SUBJECT))))
          .extracting(Decision::source)
          .containsExactly(Source.BATCH, Source.CLOSED);
      assertThat(limits.peek("local", SUBJECT).remaining()).isEqualTo(2);
    }
  }

  @Test
  void shouldSayThatNothingWasResetOrGivenBack() {
    fault = Fault.BROKEN;
    limit("closed", Algorithm.SLIDING_LOG, 2, MINUTE, WhenUnreachable.CLOSED);
    Decision taken = limits().check("closed", SUBJECT);
    try (RestRedis client = broken()) {
      RateLimits limits = limits(client, clock);

      assertThatThrownBy(() -> limits.reset("closed", SUBJECT))
          .isInstanceOf(RestRedisException.class);
      assertThatThrownBy(() -> limits.refund(taken, SUBJECT, 1))
          .isInstanceOf(RestRedisException.class);
      assertThat(count("errors", "limit", "closed", "kind", "unavailable")).isEqualTo(2);
    }
  }

  @Test
  void shouldGiveBackOnlyWhereItWasTaken() {
    fault = Fault.BROKEN;
    limit("local", Algorithm.SLIDING_LOG, 3, MINUTE, WhenUnreachable.LOCAL);
    limit("open", Algorithm.SLIDING_LOG, 3, MINUTE, WhenUnreachable.OPEN);
    RestTarget[] target = {new RestTarget("http://localhost:" + port + "/redis", gatewayToken)};
    try (RestRedis client = client(() -> target[0])) {
      RateLimits limits = limits(client, clock);
      limits.check("local", SUBJECT, 2);
      limits.check("open", SUBJECT, 2);
      target[0] = new RestTarget(address(), "any");
      Decision local = limits.check("local", SUBJECT);
      Decision open = limits.check("open", SUBJECT);
      assertThat(local.source()).isEqualTo(Source.LOCAL);
      assertThat(open.source()).isEqualTo(Source.OPEN);
      target[0] = new RestTarget("http://localhost:" + port + "/redis", gatewayToken);

      limits.refund(local, SUBJECT, 1);
      limits.refund(open, SUBJECT, 1);

      assertThat(limits.peek("local", SUBJECT).remaining()).isEqualTo(1);
      assertThat(limits.peek("open", SUBJECT).remaining()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void shouldCountToTheMostThatTheStartTakes(Algorithm algorithm) {
    fault = Fault.BROKEN;
    Duration window = Duration.ofMillis(100);
    long most = LimitSettings.most(algorithm, window);
    limit("most", algorithm, most, window, WhenUnreachable.LOCAL);
    try (RestRedis client = broken()) {
      assertThat(limits(client, clock).check("most", SUBJECT).remaining()).isEqualTo(most - 1);
    }
  }

  @Test
  void shouldForgetASubjectWhateverItsQuotaWas() {
    fault = Fault.BROKEN;
    limit("local", Algorithm.SLIDING_LOG, 2, MINUTE, WhenUnreachable.LOCAL);
    RestTarget[] target = {new RestTarget(address(), "any")};
    try (RestRedis client = client(() -> target[0])) {
      RateLimits limits = limits(client, clock);
      limits.check("local", SUBJECT, 5, 5);
      assertThatThrownBy(() -> limits.reset("local", SUBJECT))
          .isInstanceOf(RestRedisException.class);
      assertThat(limits.peek("local", SUBJECT, 5).remaining()).isZero();
      target[0] = new RestTarget("http://localhost:" + port + "/redis", gatewayToken);
      limits.reset("local", SUBJECT);
      target[0] = new RestTarget(address(), "any");

      assertThat(limits.peek("local", SUBJECT, 5))
          .returns(5L, Decision::remaining)
          .returns(Source.LOCAL, Decision::source);
    }
  }

  @Test
  void shouldCountInRedisAgainOnceItIsThere() {
    fault = Fault.BROKEN;
    limit("local", Algorithm.SLIDING_LOG, 2, MINUTE, WhenUnreachable.LOCAL);
    RestTarget[] target = {new RestTarget(address(), "any")};
    try (RestRedis client = client(() -> target[0])) {
      RateLimits limits = limits(client, clock);
      assertThat(limits.check("local", SUBJECT, 2).source()).isEqualTo(Source.LOCAL);

      target[0] = new RestTarget("http://localhost:" + port + "/redis", gatewayToken);

      assertThat(limits.check("local", SUBJECT, 2))
          .returns(true, Decision::allowed)
          .returns(Source.REDIS, Decision::source);
    }
  }

  private RestRedis broken() {
    if (fault == Fault.DOWN) {
      server.stop(0);
    }
    return client(
        () -> new RestTarget(address(), "any"),
        fault == Fault.SLOW ? Duration.ofMillis(300) : MINUTE);
  }

  private String address() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange asked) throws IOException {
    asked.getRequestBody().readAllBytes();
    switch (fault) {
      case SLOW -> {
        try {
          over.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        asked.close();
      }
      case UNAUTHORIZED -> send(asked, 401, "{\"error\":\"WRONGPASS invalid token\"}");
      case BROKEN -> send(asked, 500, "{\"error\":\"ERR internal\"}");
      case NO_JSON -> send(asked, 200, "<html>");
      case NO_BASE64 -> send(asked, 200, reply(asked, "\"%%%\""));
      case TOO_LARGE -> send(asked, 200, reply(asked, "\"" + "QUFB".repeat(5_000_000) + "\""));
      default -> send(asked, 200, reply(asked, "[1,2,3,4,5,6,7,8,9]"));
    }
  }

  /** In the form of the request: a pipeline is answered by an array. */
  private static String reply(HttpExchange asked, String result) {
    String one = "{\"result\":" + result + "}";
    return asked.getRequestURI().getPath().endsWith("/pipeline") ? "[" + one + "]" : one;
  }

  private static void send(HttpExchange asked, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    asked.getResponseHeaders().set("Content-Type", "application/json");
    asked.sendResponseHeaders(status, bytes.length);
    asked.getResponseBody().write(bytes);
    asked.close();
  }
}
