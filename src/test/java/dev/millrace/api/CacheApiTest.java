package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import dev.millrace.rest.client.RestRedisException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** {@code /api/cache/{key}}. */
@ExtendWith(OutputCaptureExtension.class)
class CacheApiTest extends RunningHttp {

  private static final String ADA = "{\"name\":\"Ada\",\"born\":1815}";

  private final String key = "contact:list:" + UUID.randomUUID();
  private final String address = "/api/cache/" + key;

  @Test
  void shouldStoreReadAndRemoveAValue() throws Exception {
    assertThat(ask("PUT", address + "?ttl=300", ADA).statusCode()).isEqualTo(204);

    HttpResponse<String> read = ask("GET", address);
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/json");
    assertThat(read.body()).isEqualTo(ADA);
    assertThat(ttl(read)).isBetween(1L, 300L);

    HttpResponse<String> looked = ask("HEAD", address);
    assertThat(looked.statusCode()).isEqualTo(200);
    assertThat(looked.body()).isEmpty();
    assertThat(ttl(looked)).isBetween(1L, 300L);

    assertThat(ask("DELETE", address).statusCode()).isEqualTo(204);
    assertThat(ask("GET", address).statusCode()).isEqualTo(404);
    assertThat(ask("HEAD", address).statusCode()).isEqualTo(404);
    assertThat(ask("DELETE", address).statusCode()).isEqualTo(204);
  }

  @Test
  void shouldReplaceAValueAndItsTime() throws Exception {
    ask("PUT", address + "?ttl=300", ADA);
    ask("PUT", address + "?ttl=PT1H", "[1,2]");

    HttpResponse<String> read = ask("GET", address);

    assertThat(read.body()).isEqualTo("[1,2]");
    assertThat(ttl(read)).isBetween(301L, 3600L);
  }

  @ParameterizedTest
  @CsvSource({"300,300", "PT5M,300", "PT1.5S,2", "P1D,86400", "0000000300,300"})
  void shouldTakeSecondsAndDurations(String ttl, long seconds) throws Exception {
    assertThat(ask("PUT", address + "?ttl=" + ttl, ADA).statusCode()).isEqualTo(204);

    assertThat(ttl(ask("HEAD", address))).isBetween(1L, seconds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "\"\"",
        "0",
        "0.12345678901234567890",
        "12345678901234567890123",
        "\"Grüße 👋\"",
        "{\"a\":[null,{\"b\":1.50}]}",
        "\"${body} <b>\"",
      })
  void shouldGiveBackAnyJsonAsItCame(String json) throws Exception {
    ask("PUT", address + "?ttl=60", json);

    assertThat(ask("GET", address).body()).isEqualTo(json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a:b",
        "a b",
        "a+b",
        "a,b",
        "'a'",
        "\"a\"",
        "${body}",
        "null",
        "*",
        "a?b=c&d",
        "a#b",
        "Grüße 👋",
        "calendar:slots:42:2026-01-01T00:00:00Z_2026-01-02T00:00:00Z",
        "a=b@c!$()~._-"
      })
  void shouldTakeAKeyAsItIs(String name) throws Exception {
    String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");

    ask("PUT", "/api/cache/" + encoded + "?ttl=60", "1");

    verify(store).put(eq(name), any(), any());
    assertThat(ask("GET", "/api/cache/" + encoded).body()).isEqualTo("1");
    ask("DELETE", "/api/cache/" + encoded);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''           | '\"ttl\": send seconds, as ?ttl=300, or a duration'",
        "?ttl=        | '\"ttl\" is \"\": send seconds, as ?ttl=300, or a duration'",
        "?ttl=soon    | '\"ttl\" is \"soon\": send seconds, as ?ttl=300, or a duration'",
        "?ttl=5m      | '\"ttl\" is \"5m\": send seconds, as ?ttl=300, or a duration'",
        "?ttl=-5      | '\"ttl\" is \"-5\": send seconds, as ?ttl=300, or a duration'",
        "?ttl=0       | '\"ttl\" is \"0\": send a second or more.'",
        "?ttl=PT-5M   | '\"ttl\" is \"PT-5M\": send a second or more.'",
        "?ttl=PT0.5S  | '\"ttl\" is \"PT0.5S\": send a second or more.'",
        "?ttl=P2D     | '\"ttl\" is \"P2D\": '",
        "?ttl=9999999999 | '\"ttl\" is \"9999999999\": '",
        "?ttl=P99999999999D | '\"ttl\" is \"P99999999999D\": '",
        "?tll=60      | '\"tll\": it is unknown; did you mean \"ttl\"?'",
        "?ttl=60&ttl=61 | '\"ttl\" is \"61\": it is there twice; send it once.'",
      })
  void shouldRefuseATimeThatIsNone(String query, String detail) throws Exception {
    HttpResponse<String> answer = ask("PUT", address + query, ADA);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(tree(answer).path("type").asText())
        .isEqualTo("urn:problem-type:millrace:invalid-request");
    assertThat(tree(answer).path("detail").asText()).startsWith(detail);
    assertThat(tree(answer).at("/errors/0/field").asText()).isIn("ttl", "tll");
    assertThat(ask("GET", address).statusCode()).isEqualTo(404);
  }

  @Test
  void shouldTakeTheTimeFromTheAddressAlone() throws Exception {
    assertThat(ask("PUT", address, ADA, "ttl", "60").statusCode()).isEqualTo(400);
    assertThat(ask("GET", address, null, "key", "other").statusCode()).isEqualTo(404);
    verify(store).get(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "DELETE"})
  void shouldTakeNoParameterWhereThereIsNone(String method) throws Exception {
    assertThat(ask(method, address + "?ttl=60").statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ":a       | 'The key begins with a colon; put a word in front.'",
        "%20      | send 1 to 512 characters.",
        ":        | 'The key begins with a colon; put a word in front.'",
      })
  void shouldRefuseAKeyThatIsNone(String name, String remedy) throws Exception {
    HttpResponse<String> answer = ask("GET", "/api/cache/" + name);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(tree(answer).at("/errors/0/field").asText()).isEqualTo("key");
    assertThat(tree(answer).at("/errors/0/remedy").asText()).isEqualTo(remedy);
  }

  @Test
  void shouldRefuseAKeyThatIsTooLong() throws Exception {
    HttpResponse<String> answer = ask("GET", "/api/cache/" + "k".repeat(513));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(tree(answer).at("/errors/0/remedy").asText()).isEqualTo("send 1 to 512 characters.");
    assertThat(tree(answer).at("/errors/0/value").asText()).hasSize(101).endsWith("…");
    assertThat(ask("GET", "/api/cache/" + "k".repeat(512)).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`   `                | send the value as JSON; null for nothing.",
        "{\"password\":hunter2 | it is not one JSON value at line 1, column 13; send valid JSON.",
        "{\"a\":hunter2}      | it is not one JSON value at line 1, column 6; send valid JSON.",
        "1 hunter2            | it is not one JSON value at line 1, column 3; send valid JSON.",
        "{\"a\":1,\"a\":2}    | it is not one JSON value at line 1, column 12; send valid JSON.",
        "hunter2              | it is not one JSON value at line 1, column 1; send valid JSON.",
      })
  void shouldSayWhereABodyIsNoJsonAndNotWhatItSays(
      String body, String remedy, CapturedOutput output) throws Exception {
    HttpResponse<String> answer = ask("PUT", address + "?ttl=60", body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(tree(answer).path("detail").asText()).isEqualTo("\"body\": " + remedy);
    assertThat(tree(answer).at("/errors/0").toString())
        .isEqualTo("{\"field\":\"body\",\"remedy\":\"" + remedy + "\"}");
    assertThat(output.getAll()).doesNotContain("hunter2");
    verify(store, never()).put(any(), any(), any());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\\ud800\"", "{\"a\":[\"\\udc00x\"]}"})
  void shouldRefuseABodyWithHalfACharacter(String body) throws Exception {
    HttpResponse<String> answer = ask("PUT", address + "?ttl=60", body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(tree(answer).at("/errors/0/field").asText()).isEqualTo("body");
    assertThat(tree(answer).at("/errors/0/remedy").asText()).contains("half of a surrogate pair");
  }

  @Test
  void shouldRefuseABodyThatIsTooDeepToBeStored() throws Exception {
    HttpResponse<String> answer =
        ask("PUT", address + "?ttl=60", "[".repeat(1000) + "]".repeat(1000));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(tree(answer).at("/errors/0/field").asText()).isEqualTo("body");
  }

  @Test
  void shouldNameTheLineOfAMistake() throws Exception {
    HttpResponse<String> answer = ask("PUT", address + "?ttl=60", "{\n  \"a\": 1,\n  b: 2\n}");

    assertThat(tree(answer).path("detail").asText()).contains("at line 3, column ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE"})
  void shouldSayThatRedisIsNotThere(String method, CapturedOutput output) throws Exception {
    RestRedisException away =
        new RestRedisException(RestRedisException.Kind.UNREACHABLE, "GET", "refused", null);
    doThrow(away).when(store).get(any());
    doThrow(away).when(store).ttl(any());
    doThrow(away).when(store).put(any(), any(), any());
    doThrow(away).when(store).delete(any());
    String body = method.equals("PUT") ? "1" : null;

    HttpResponse<String> answer =
        ask(method, address + (method.equals("PUT") ? "?ttl=60" : ""), body);

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).contains("5");
    if (!method.equals("HEAD")) {
      assertThat(tree(answer).path("type").asText())
          .isEqualTo("urn:problem-type:millrace:redis-unavailable");
      assertThat(tree(answer).path("detail").asText()).doesNotContain("refused");
    }
    assertThat(output.getAll()).contains("is not served: GET: refused").doesNotContain(key);
  }

  @Test
  void shouldLetAValueRunOut() throws Exception {
    ask("PUT", address + "?ttl=1", ADA);

    await().atMost(Duration.ofSeconds(20)).until(() -> ask("GET", address).statusCode() == 404);
  }

  private static long ttl(HttpResponse<String> answer) {
    return Long.parseLong(answer.headers().firstValue("Cache-TTL").orElseThrow());
  }
}
