package dev.millrace.rest.client;

import static dev.millrace.rest.ScriptedRest.base64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.rest.ScriptedRest;
import dev.millrace.rest.ScriptedRest.Answer;
import dev.millrace.rest.ScriptedRest.Request;
import dev.millrace.rest.client.RestRedisException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** What the client does with many commands at once, and with a server that fails. */
class RestLoadTest extends ScriptedClient {

  @Test
  void shouldLetCommandsOfTheSameMomentLeaveAsOnePipeline() {
    server.answer(
        (request, exchange) ->
            Answer.of(200, "[{\"result\":1},{\"error\":\"ERR no\"},{\"result\":null}]")
                .to(request, exchange));

    CompletableFuture<Reply> first = redis.send(RestCommand.of("INCR", "a"));
    CompletableFuture<Reply> second = redis.send(RestCommand.of("LPUSH", "b", SECRET));
    CompletableFuture<Reply> third = redis.send(RestCommand.of("GET", "c"));

    assertThat(first.join().integer()).isEqualTo(1);
    assertThat(third.join().isNull()).isTrue();
    RestRedisException refused = refused(second);
    assertThat(refused.kind()).isEqualTo(Kind.ERROR);
    assertThat(refused).hasMessage("LPUSH: ERR no");
    assertThat(server.requests()).hasSize(1);
    assertThat(server.requests().getFirst().uri()).isEqualTo("/pipeline");
    assertThat(redis.meter().requests()).isEqualTo(1);
    assertThat(redis.meter().billed()).isEqualTo(3);
  }

  @Test
  void shouldSplitWhatIsTooMuchForOnePipeline() {
    server.answer(
        (request, exchange) ->
            Answer.of(
                    200,
                    "[" + "{\"result\":1},".repeat(count(request) - 1) + "{\"result\":1}" + "]")
                .to(request, exchange));

    List<CompletableFuture<Reply>> replies =
        IntStream.range(0, 1200).mapToObj(i -> redis.send(RestCommand.of("INCR", "k"))).toList();

    replies.forEach(reply -> assertThat(reply.join().integer()).isEqualTo(1));
    assertThat(server.requests()).allMatch(request -> count(request) <= Gatherer.MOST_COMMANDS);
    assertThat(server.requests().stream().mapToInt(RestLoadTest::count).sum()).isEqualTo(1200);
  }

  @Test
  void shouldAskInHalvesForWhatIsTooLargeTogether() {
    // Three fit into 64 KB, four do not.
    String value = base64("v".repeat(15_000));
    server.answer(slots(command -> "{\"result\":\"%s\"}".formatted(value)));

    List<CompletableFuture<Reply>> replies =
        IntStream.range(0, 30).mapToObj(i -> redis.send(RestCommand.of("GET", "k" + i))).toList();

    replies.forEach(reply -> assertThat(reply.join().text()).hasSize(15_000));
    assertThat(redis.isPaused()).isFalse();
  }

  @Test
  void shouldNotRepeatACounterWhoseAnswerWasTooLargeTogetherWithOthers() {
    String value = base64("v".repeat(40_000));
    server.answer(slots(command -> "{\"result\":\"%s\"}".formatted(value)));

    CompletableFuture<Reply> counted = redis.send(RestCommand.of("GETSET", "k", "v"));
    CompletableFuture<Reply> read = redis.send(RestCommand.of("GET", "k"));

    assertThat(refused(counted).kind()).isEqualTo(Kind.TOO_LARGE);
    assertThat(read.join().text()).hasSize(40_000);
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void shouldNotGatherMoreThanARequestMayHold() {
    server.answer(slots(command -> "{\"result\":\"OK\"}"));
    String large = "v".repeat(700_000);

    List<CompletableFuture<Reply>> replies =
        IntStream.range(0, 6)
            .mapToObj(i -> redis.send(RestCommand.of("SET", "k" + i, large)))
            .toList();

    replies.forEach(reply -> assertThat(reply.join().text()).isEqualTo("OK"));
    assertThat(server.requests()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(server.requests()).allMatch(request -> request.body().length() < 2_000_000);
  }

  @Test
  void shouldRepeatOnlyWhatIsAsGoodTwice() {
    server.answer(Answer.cut().then(Answer.of(200, "{\"result\":1}")));
    assertThat(await(RestCommand.of("DEL", "k")).integer()).isEqualTo(1);
    assertThat(server.requests()).hasSize(2);
    assertThat(redis.meter().sent()).isEqualTo(2);

    server.requests().clear();
    server.answer(Answer.cut().then(Answer.of(200, "{\"result\":1}")));
    assertThat(refused(redis.send(RestCommand.of("INCR", "k"))).kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void shouldRepeatOfALostPipelineWhatMayBeRepeated() {
    server.answer(Answer.cut().then(Answer.of(200, "{\"result\":null}")));

    CompletableFuture<Reply> counted = redis.send(RestCommand.of("INCR", "k"));
    CompletableFuture<Reply> read = redis.send(RestCommand.of("GET", "k"));

    assertThat(refused(counted)).hasMessageStartingWith("INCR: no answer");
    assertThat(read.join().isNull()).isTrue();
    assertThat(server.requests().getLast().body()).isEqualTo("[\"GET\",\"k\"]");
  }

  @Test
  void shouldRepeatWhatNeverLeft() throws IOException {
    int port = server.port();
    server.close();
    CompletableFuture<Reply> counted = redis.send(RestCommand.of("INCR", "k"));
    server = ScriptedRest.start(port);
    server.answer(Answer.of(200, "{\"result\":1}"));

    assertThat(counted.join().integer()).isEqualTo(1);
  }

  @Test
  void shouldGiveUpOnASilentServer() {
    CountDownLatch end = new CountDownLatch(1);
    server.answer(Answer.silence(end));
    try (StandaloneRest impatient =
        TestRest.to(
            server.url(), TestRest.properties(Duration.ofMillis(200), Duration.ofMinutes(1)))) {
      RestRedisException refused = refused(impatient.redis().send(RestCommand.of("GET", "k")));
      assertThat(refused.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(refused).hasMessage("GET: no answer within 200 ms");
    } finally {
      end.countDown();
    }
  }

  @Test
  void shouldGiveUpInTimeOnWhatCouldNotEvenLeave() {
    CountDownLatch end = new CountDownLatch(1);
    server.answer(Answer.silence(end));
    try (StandaloneRest busy = TestRest.to(server.url(), hasty(Duration.ofMillis(1500)))) {
      CompletableFuture<?> first = busy.redis().pipeline(List.of(RestCommand.of("PING")));
      Awaitility.await().until(() -> !server.requests().isEmpty());

      assertThat(refused(busy.redis().send(RestCommand.of("GET", "k"))))
          .hasMessage("GET: no answer within 1500 ms");
      assertThat(refused(first).kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(server.requests()).hasSizeLessThanOrEqualTo(2);
    } finally {
      end.countDown();
    }
  }

  /** One request at a time. */
  private static RestProperties hasty(Duration timeout) {
    return new RestProperties(
        "", "", timeout, Duration.ZERO, 1, DataSize.ofKilobytes(64), Duration.ofMinutes(1));
  }

  @Test
  void shouldStopAskingAServerThatFails() {
    server.answer(Answer.of(500, "oops"));
    for (int i = 0; i < 5; i++) {
      assertThat(refused(redis.send(RestCommand.of("GET", "k"))).kind())
          .isEqualTo(Kind.UNAVAILABLE);
    }

    assertThat(redis.isPaused()).isTrue();
    assertThat(refused(redis.send(RestCommand.of("GET", "k"))).kind()).isEqualTo(Kind.PAUSED);
    assertThat(server.requests()).hasSize(5);
  }

  @Test
  void shouldAskAgainAfterAPause() {
    server.answer(Answer.of(500, "oops"));
    try (StandaloneRest brief =
        TestRest.to(
            server.url(), TestRest.properties(Duration.ofSeconds(5), Duration.ofMillis(100)))) {
      RestRedis asking = brief.redis();
      Awaitility.await()
          .until(
              () -> {
                refused(asking.send(RestCommand.of("GET", "k")));
                return asking.isPaused();
              });

      server.answer(Answer.of(200, "{\"result\":null}"));

      Awaitility.await()
          .ignoreExceptions()
          .until(() -> asking.send(RestCommand.of("GET", "k")).join().isNull());
      assertThat(asking.isPaused()).isFalse();
    }
  }

  @Test
  void shouldNotTakeRefusedCommandsForAServerThatFails() {
    server.answer(Answer.of(400, "{\"error\":\"WRONGTYPE Operation\"}"));
    for (int i = 0; i < 30; i++) {
      assertThat(refused(redis.send(RestCommand.of("GET", "k"))).kind()).isEqualTo(Kind.ERROR);
    }
    assertThat(redis.isPaused()).isFalse();
  }

  @Test
  void shouldNotTakeAStartThatIsNotOverForAServerThatFails() throws Exception {
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      RestProperties properties =
          TestRest.properties(Duration.ofSeconds(5), Duration.ofMinutes(10));
      RestRedis early = RestRedisBuilder.of(properties).prepare(camel).build(camel, () -> null);

      for (int i = 0; i < 30; i++) {
        assertThat(refused(early.send(RestCommand.of("GET", "k"))))
            .hasMessage("GET: the route redis-over-http is not started");
      }
      assertThat(early.isPaused()).isFalse();
      camel.start();
      assertThat(refused(early.send(RestCommand.of("GET", "k"))))
          .hasMessageContaining("routes/redis-over-http.camel.yaml has it");
    }
  }

  @Test
  void shouldHoldBackWhatIsMoreThanMayBeOnItsWay() {
    CountDownLatch go = new CountDownLatch(1);
    Answer one = Answer.of(200, "[{\"result\":1}]");
    server.answer(
        (request, exchange) -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          one.to(request, exchange);
        });

    List<CompletableFuture<List<Reply>>> replies =
        IntStream.range(0, 60)
            .mapToObj(i -> redis.pipeline(List.of(RestCommand.of("INCR", "k"))))
            .toList();

    Awaitility.await().until(() -> server.requests().size() >= 16);
    assertThat(server.requests()).hasSize(16);
    go.countDown();
    replies.forEach(reply -> assertThat(reply.join()).hasSize(1));
    assertThat(server.requests()).hasSize(60);
  }

  @Test
  void shouldFailWhatIsAskedOfAClosedClient() {
    rest.close();

    assertThat(refused(redis.send(RestCommand.of("GET", "k"))).kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(refused(redis.pipeline(List.of(RestCommand.of("GET", "k")))).kind())
        .isEqualTo(Kind.UNREACHABLE);
  }

  private static int count(Request request) {
    return request.body().split("\\],\\[").length;
  }
}
