package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Refusals that are the same for every operation. */
@ExtendWith(OutputCaptureExtension.class)
class ProblemTest extends RunningHttp {

  @Autowired MeterRegistry registry;

  @ParameterizedTest
  @CsvSource({
    "GET,/api,404",
    "GET,/api/nothing,404",
    "GET,/api/consumption/a/b,404",
    "PUT,/api/nothing,404",
    "GET,/api/cache,404",
    "GET,/api/cache/,404",
    "GET,/api/rate-limits/api,404",
    "GET,/api/rate-limits/api/,404",
    "POST,/api/consumption,405",
    "HEAD,/api/consumption,405",
    "POST,/api/cache/a,405",
    "PATCH,/api/cache/a,405",
    "PUT,/api/rate-limits,405",
    "GET,/api/cache/a%2Fb,400",
    "GET,/api/cache/a%25b,400",
    "GET,/api/cache/a;b,400",
    "GET,/api//cache,400",
    "GET,/api/cache/%00,400",
  })
  void shouldBeAProblemWhereverTheRequestIsRefused(String method, String path, int status)
      throws Exception {
    HttpResponse<String> answer = ask(method, path, null, "X-Mine", "seen");

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    if (method.equals("HEAD")) {
      return;
    }
    assertThat(tree(answer).path("type").asText()).isEqualTo("about:blank");
    assertThat(tree(answer).path("status").asInt()).isEqualTo(status);
    assertThat(tree(answer).path("instance").asText()).isEqualTo(path);
    assertThat(tree(answer).path("detail").asText()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource({
    "/api/cache/a,'GET, HEAD, PUT, DELETE'",
    "/api/consumption,'GET, PUT, DELETE'",
    "/api/rate-limits/api/a,'GET, POST, DELETE'",
  })
  void shouldListTheMethodsOfAnAddress(String path, String methods) throws Exception {
    String allowed = ask("PATCH", path).headers().firstValue("Allow").orElseThrow();

    assertThat(allowed.split(", ")).containsExactlyInAnyOrder(methods.split(", "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/cache/a",
        "/api/consumption",
        "/api/consumption/calendar-sync",
        "/api/rate-limits",
        "/api/rate-limits/api/a"
      })
  void shouldRefuseWhoTakesNoJson(String path) throws Exception {
    HttpResponse<String> answer = ask("GET", path, null, "Accept", "text/html");

    assertThat(answer.statusCode()).isEqualTo(406);
    assertThat(tree(answer).path("detail").asText())
        .isEqualTo(
            "\"Accept\" is \"text/html\": answers are JSON; send Accept: application/json or leave"
                + " it out.");
    assertThat(tree(answer).at("/errors/0/field").asText()).isEqualTo("Accept");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "application/*", "text/html, application/json;q=0.5"})
  void shouldAnswerWhoTakesJsonAmongOthers(String accept) throws Exception {
    assertThat(ask("GET", "/api/rate-limits", null, "Accept", accept).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "/api/cache/a?ttl=60,text/plain",
    "/api/cache/a?ttl=60,application/x-www-form-urlencoded",
    "/api/cache/a?ttl=60,nonsense",
    "/api/consumption,application/xml",
    "/api/consumption/calendar-sync,application/x-www-form-urlencoded",
  })
  void shouldRefuseOtherBodiesThanJson(String path, String type) throws Exception {
    HttpResponse<String> answer = ask("PUT", path, "{\"mode\":\"pooled\"}", "Content-Type", type);

    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(tree(answer).path("detail").asText())
        .isEqualTo(
            "\"Content-Type\" is \""
                + type
                + "\": send JSON, with Content-Type: application/json.");
  }

  @Test
  void shouldRefuseABodyThatIsTooLargeBeforeItIsSent() throws Exception {
    try (Socket socket = new Socket("localhost", port)) {
      String head =
          "PUT /api/cache/a?ttl=60 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
              + token()
              + "\r\nContent-Type: application/json\r\nContent-Length: 1048577\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      byte[] start = socket.getInputStream().readNBytes(12);

      assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
    }
  }

  @Test
  void shouldRefuseABodyThatTurnsOutTooLarge() throws Exception {
    InputStream endless = new ByteArrayInputStream(new byte[1_048_577]);

    HttpResponse<String> answer =
        held(
            request("PUT", "/api/cache/a?ttl=60", BodyPublishers.ofInputStream(() -> endless))
                .header("Content-Type", "application/json")
                .build());

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(tree(answer).path("detail").asText())
        .isEqualTo(
            "\"body\": it has more than 1048576 bytes; send less, or set millrace.api.max-body.");
  }

  @Test
  void shouldTellNobodyWhatFailedInside(CapturedOutput output) throws Exception {
    doThrow(new IllegalStateException("a secret of ours")).when(store).get(any());
    double before = counted("500", "none");

    HttpResponse<String> answer =
        HTTP.send(
            request("GET", "/api/cache/a-key-of-somebody", BodyPublishers.noBody()).build(),
            BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Internal Server Error\",\"status\":500,"
                + "\"detail\":\"Something failed that should not. The log of the instance has the"
                + " reason.\",\"instance\":\"/api/cache/a-key-of-somebody\"}");
    assertThat(output.getAll()).contains("Route cache-get failed").contains("a secret of ours");
    assertThat(output.getAll()).doesNotContain("a-key-of-somebody");
    assertThat(counted("500", "none")).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/cache/a", "/api/nothing", "/api", "/api/rate-limits"})
  void shouldTellAStrangerTheSameEverywhere(String path) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            request("GET", path, BodyPublishers.noBody())
                .setHeader("Authorization", "Bearer wrong")
                .build(),
            BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    assertThat(answer.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,\"detail\":\"This"
                + " needs a token. Send it as \\\"Authorization: Bearer <token>\\\".\","
                + "\"instance\":\""
                + path
                + "\"}");
  }

  @Test
  void shouldNotRepeatAParameterThatIsATokenForAnotherAddress() throws Exception {
    HttpResponse<String> answer = ask("GET", "/api/rate-limits?_token=something-secret");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("_token").doesNotContain("something-secret");
  }

  @Test
  void shouldCountProblemsByStatusAndKind() throws Exception {
    double before = counted("400", "invalid-request");

    ask("GET", "/api/rate-limits?all=1");

    assertThat(counted("400", "invalid-request")).isEqualTo(before + 1);
  }

  private double counted(String status, String kind) {
    return registry.counter("millrace.http.problems", "status", status, "kind", kind).count();
  }
}
