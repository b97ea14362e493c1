package dev.millrace.rest.client;

import static dev.millrace.rest.ScriptedRest.base64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.rest.ScriptedRest.Answer;
import dev.millrace.rest.ScriptedRest.Request;
import dev.millrace.rest.client.RestRedisException.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/** What the client sends, and what it makes of what comes back. */
class RestRedisTest extends ScriptedClient {

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

  private static List<Reply> run(RestRedis redis, RestScript script) {
    return RestRedis.await(redis.eval(new ScriptCall(script, List.of("k"), List.of())));
  }

  private static String utf8(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
