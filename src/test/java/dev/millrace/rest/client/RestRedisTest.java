package dev.millrace.rest.client;

import static dev.millrace.rest.ScriptedRest.base64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.rest.ScriptedRest;
import dev.millrace.rest.ScriptedRest.Answer;
import dev.millrace.rest.ScriptedRest.Request;
import dev.millrace.rest.client.RestRedisException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/** What the client sends, and what it makes of what comes back. */
class RestRedisTest {

  private static final String SECRET = "hunter2";

  private ScriptedRest server;
  private StandaloneRest rest;
  private RestRedis redis;

  @BeforeEach
  void start() throws IOException {
    server = ScriptedRest.start();
    rest = TestRest.to(server.url());
    redis = rest.redis();
  }

  @AfterEach
  void stop() {
    rest.close();
    server.close();
  }

  @Test
  void shouldSendACommandAsTheProtocolAsksFor() {
    server.answer(Answer.of(200, "{\"result\":\"OK\"}"));

    Reply reply = await(RestCommand.of("set", "k", "ü \"1\"", "EX", 60));

    assertThat(reply.text()).isEqualTo("OK");
    Request request = server.requests().getFirst();
    assertThat(request.uri()).isEqualTo("/");
    assertThat(utf8(request.body())).isEqualTo("[\"SET\",\"k\",\"ü \\\"1\\\"\",\"EX\",\"60\"]");
    assertThat(request.headers().getFirst("Authorization")).isEqualTo("Bearer " + TestRest.TOKEN);
    assertThat(request.headers().getFirst("Upstash-Encoding")).isEqualTo("base64");
    assertThat(request.headers().getFirst("Content-Type")).isEqualTo("application/json");
    assertThat(request.headers().getFirst("Upstash-Sync-Token")).isEmpty();
    assertThat(request.headers().keySet()).noneMatch(name -> name.startsWith("Camel"));
  }

  @Test
  void shouldSendBackTheSyncTokenThatItWasGivenLast() {
    server.answer(Answer.of(200, "{\"result\":1}"));
    await(RestCommand.of("INCR", "k"));
    await(RestCommand.of("INCR", "k"));

    assertThat(server.requests().getLast().headers().getFirst("Upstash-Sync-Token"))
        .isEqualTo("after 200");
  }

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
    assertThat(server.requests().stream().mapToInt(RestRedisTest::count).sum()).isEqualTo(1200);
  }

  @Test
  void shouldSendBytesAsTheBodyAndTheRestInTheAddress() {
    server.answer(Answer.of(200, "{\"result\":\"OK\"}"));

    await(RestCommand.of("SET", "a/b c", new byte[] {(byte) 0xff, 0, 1}, "EX", 60, "NX"));

    Request request = server.requests().getFirst();
    assertThat(request.uri()).isEqualTo("/SET/a%2Fb%20c?EX=60&NX");
    assertThat(request.body()).isEqualTo("\u00ff\u0000\u0001");
    assertThat(request.headers().getFirst("Content-Type")).isEqualTo("application/octet-stream");
  }

  @Test
  void shouldSendBytesThatAreTextAsText() {
    server.answer(Answer.of(200, "{\"result\":\"OK\"}"));

    await(RestCommand.of("SET", "k", "grün".getBytes(StandardCharsets.UTF_8)));

    assertThat(utf8(server.requests().getFirst().body())).isEqualTo("[\"SET\",\"k\",\"grün\"]");
  }

  @Test
  void shouldRefuseBytesWhereNoRequestCanCarryThem() {
    byte[] bytes = {(byte) 0xff};
    RestCommand binary = RestCommand.of("SET", "k", bytes);

    assertThatThrownBy(() -> redis.pipeline(List.of(binary)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SET has an argument whose bytes are no UTF-8")
        .hasMessageContaining("base64");
    assertThatThrownBy(() -> redis.send(RestCommand.of("MSET", "a", bytes, "b", bytes)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MSET has two arguments");
    assertThatThrownBy(() -> RestCommand.of("SET", "k", "\ud800"))
        .hasMessageContaining("surrogate");
    assertThatThrownBy(() -> RestCommand.of("SET", "k", List.of()))
        .hasMessageContaining("strings, numbers and bytes");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void shouldGiveBackStringsAsTheyAre() {
    server.answer(
        Answer.of(
            200,
            "{\"result\":[\"%s\",\"%s\",9007199254740993,null,[\"T0s=\"],\"/wA=\"]}"
                .formatted(base64("{\"a\":1}"), base64("9007199254740993"))));

    List<Reply> list = await(RestCommand.of("LRANGE", "k", 0, -1)).list();

    assertThat(list.get(0).text()).isEqualTo("{\"a\":1}");
    assertThat(list.get(1).text()).isEqualTo("9007199254740993");
    assertThatThrownBy(() -> list.get(1).integer()).hasMessageContaining("a string instead of");
    assertThat(list.get(2).integer()).isEqualTo(9007199254740993L);
    assertThat(list.get(3).isNull()).isTrue();
    assertThat(list.get(4).list().getFirst().text()).isEqualTo("OK");
    assertThat(list.get(5).bytes()).containsExactly(0xff, 0);
  }

  @Test
  void shouldGiveEachCommandOfATransactionItsAnswer() {
    server.answer(Answer.of(200, "[{\"result\":\"OK\"},{\"error\":\"ERR not an integer\"}]"));

    List<Reply> replies =
        redis
            .transaction(List.of(RestCommand.of("SET", "k", "x"), RestCommand.of("INCR", "k")))
            .join();

    assertThat(server.requests().getFirst().uri()).isEqualTo("/multi-exec");
    assertThat(replies.get(0).text()).isEqualTo("OK");
    assertThat(replies.get(1).error()).isPresent();
    assertThatThrownBy(() -> replies.get(1).integer()).hasMessage("INCR: ERR not an integer");
  }

  @Test
  void shouldFailATransactionThatIsDiscardedAsAWhole() {
    server.answer(Answer.of(400, "{\"error\":\"ERR unknown command 'FOO'\"}"));

    RestRedisException refused =
        refused(redis.transaction(List.of(RestCommand.of("SET", "k", "x"), RestCommand.of("FOO"))));

    assertThat(refused.kind()).isEqualTo(Kind.ERROR);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          401 | {"error":"WRONGPASS invalid or missing auth token"} | DENIED
          403 | forbidden                                           | DENIED
          400 | {"error":"NOPERM this user has no permissions"}     | DENIED
          400 | {"error":"WRONGTYPE Operation against a key"}       | ERROR
          400 | {"error":"ERR max daily request limit exceeded"}    | UNAVAILABLE
          400 | {"error":"LOADING Redis is loading"}                | UNAVAILABLE
          400 | {"error":"ERR max key size exceeded. Limit: 1"}     | ERROR
          429 | slow down                                           | UNAVAILABLE
          500 | oops                                                | UNAVAILABLE
          503 | {"error":"ERR backend"}                             | UNAVAILABLE
          404 | <html>                                              | MALFORMED
          302 | {"result":1}                                        | MALFORMED
          200 | <html>                                              | MALFORMED
          200 | {"result":                                          | MALFORMED
          200 | {"other":1}                                         | MALFORMED
          200 | [{"result":1}]                                      | MALFORMED
          200 | {"result":"not base64!"}                            | MALFORMED
          200 | {"result":{"a":1}}                                  | MALFORMED
          200 | {"result":1.5}                                      | MALFORMED
          400 | {"result":1}                                        | MALFORMED
          """)
  void shouldSayWhatIsWrongWithAnAnswer(int status, String body, Kind kind) {
    server.answer(Answer.of(status, body));

    RestRedisException refused = refused(redis.send(RestCommand.of("SET", SECRET, SECRET)));

    assertThat(refused.kind()).isEqualTo(kind);
    assertThat(refused.command()).isEqualTo("SET");
    assertThat(refused).hasMessageStartingWith("SET: ");
    assertThat(refused.getMessage()).doesNotContain(SECRET).doesNotContain(TestRest.TOKEN);
    // What the server answered is not asked for again.
    assertThat(server.requests()).hasSize(1);
    assertThat(redis.meter().failures(kind)).isEqualTo(1);
  }

  @Test
  void shouldTakeAnEmptyAnswerForNone() {
    server.answer(Answer.of(200, ""));

    assertThat(refused(redis.send(RestCommand.of("GET", "k"))).kind()).isEqualTo(Kind.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[{\"result\":1}]", "{\"result\":1}", "null"})
  void shouldRefuseAPipelineWithAnotherNumberOfAnswers(String body) {
    server.answer(Answer.of(200, body));

    RestRedisException refused =
        refused(redis.pipeline(List.of(RestCommand.of("GET", "a"), RestCommand.of("GET", "b"))));

    assertThat(refused.kind()).isEqualTo(Kind.MALFORMED);
  }

  @Test
  void shouldLeaveOutTheArgumentsThatRedisRepeatsInItsErrors() {
    server.answer(
        Answer.of(
            400,
            "{\"error\":\"ERR unknown command 'FOO', with args beginning with: '"
                + SECRET
                + "'\"}"));

    assertThat(refused(redis.send(RestCommand.of("FOO", SECRET))))
        .hasMessage("FOO: ERR unknown command 'FOO'");
  }

  @Test
  void shouldRefuseAnAnswerThatIsTooLarge() {
    server.answer(Answer.of(200, "{\"result\":\"" + "A".repeat(100_000) + "\"}"));

    RestRedisException refused = refused(redis.send(RestCommand.of("GET", "k")));

    assertThat(refused.kind()).isEqualTo(Kind.TOO_LARGE);
    assertThat(refused).hasMessageContaining("redis.rest.max-answer-size");
    assertThat(redis.meter().failures(Kind.TOO_LARGE)).isEqualTo(1);
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
      org.awaitility.Awaitility.await().until(() -> !server.requests().isEmpty());

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
  void shouldStopAskingAServerThatFailsAndTryAgainAfterAPause() {
    server.answer(Answer.of(500, "oops"));
    try (StandaloneRest brief =
        TestRest.to(
            server.url(), TestRest.properties(Duration.ofSeconds(5), Duration.ofMillis(100)))) {
      for (int i = 0; i < 5; i++) {
        assertThat(refused(brief.redis().send(RestCommand.of("GET", "k"))).kind())
            .isEqualTo(Kind.UNAVAILABLE);
      }
      assertThat(brief.redis().isPaused()).isTrue();
      assertThat(refused(brief.redis().send(RestCommand.of("GET", "k"))).kind())
          .isEqualTo(Kind.PAUSED);
      assertThat(server.requests()).hasSize(5);

      server.answer(Answer.of(200, "{\"result\":null}"));
      org.awaitility.Awaitility.await()
          .ignoreExceptions()
          .until(() -> brief.redis().send(RestCommand.of("GET", "k")).join().isNull());
      assertThat(brief.redis().isPaused()).isFalse();
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

    org.awaitility.Awaitility.await().until(() -> server.requests().size() >= 16);
    assertThat(server.requests()).hasSize(16);
    go.countDown();
    replies.forEach(reply -> assertThat(reply.join()).hasSize(1));
    assertThat(server.requests()).hasSize(60);
  }

  @Test
  void shouldRunScriptsWithoutTheFlagsThatAServerDoesNotKnow() {
    RestScript script =
        new RestScript("test", "#!lua flags=allow-key-locking\nreturn { KEYS[1], 0 }");
    String plain = script.withoutFlags().sha1();
    server.answer(
        slots(
            command ->
                command.contains("#!lua")
                    ? "{\"error\":\"ERR Unexpected flag in script shebang\"}"
                    : command.contains("\"EVAL\"") || command.contains(plain)
                        ? "{\"result\":[\"%s\",3]}".formatted(base64("k"))
                        : "{\"error\":\"NOSCRIPT No matching script.\"}"));
    try (StandaloneRest alone =
        TestRest.to(
            server.url(),
            new RestProperties(
                "",
                "",
                Duration.ofSeconds(5),
                Duration.ZERO,
                16,
                DataSize.ofKilobytes(64),
                Duration.ofMinutes(1)))) {
      RestRedis eager = alone.redis();
      List<CompletableFuture<List<Reply>>> replies =
          IntStream.range(0, 8)
              .mapToObj(i -> CompletableFuture.supplyAsync(() -> run(eager, script)))
              .toList();

      replies.forEach(
          reply ->
              assertThat(reply.join().getFirst().text()).as("the script's answer").isEqualTo("k"));
      server.requests().clear();
      assertThat(run(eager, script)).hasSize(1);
      assertThat(server.requests()).hasSize(1);
      assertThat(eager.meter().billed() - eager.meter().sent()).isEqualTo(9 * 3);
    }
  }

  /** Answers each command, be it alone or in a pipeline. */
  private static Answer slots(UnaryOperator<String> slot) {
    ObjectMapper json = new ObjectMapper();
    return (request, exchange) -> {
      JsonNode body = json.readTree(request.body());
      if (request.uri().equals("/")) {
        String answer = slot.apply(body.toString());
        Answer.of(answer.contains("error") ? 400 : 200, answer).to(request, exchange);
        return;
      }
      List<String> slots = new ArrayList<>();
      body.forEach(command -> slots.add(slot.apply(command.toString())));
      Answer.of(200, slots.toString()).to(request, exchange);
    };
  }

  private static List<Reply> run(RestRedis redis, RestScript script) {
    return RestRedis.await(redis.eval(new ScriptCall(script, List.of("k"), List.of())));
  }

  @Test
  void shouldFailWhatIsAskedOfAClosedClient() {
    rest.close();

    assertThat(refused(redis.send(RestCommand.of("GET", "k"))).kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(refused(redis.pipeline(List.of(RestCommand.of("GET", "k")))).kind())
        .isEqualTo(Kind.UNREACHABLE);
  }

  private Reply await(RestCommand command) {
    return RestRedis.await(redis.send(command));
  }

  private static RestRedisException refused(CompletableFuture<?> reply) {
    return catchThrowableOfType(RestRedisException.class, () -> RestRedis.await(reply));
  }

  private static int count(Request request) {
    return request.body().split("\\],\\[").length;
  }

  private static String utf8(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
