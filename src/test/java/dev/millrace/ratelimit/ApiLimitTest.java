package dev.millrace.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.TestDefaults;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * The limit of /api, asked over HTTP; there are three requests a day, so that no minute ends
 * meanwhile.
 */
@CamelSpringBootTest
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.quartz.auto-startup=false",
      "camel.component.quartz.auto-start-scheduler=false",
      "millrace.sandbox.enabled=false",
      "redis.rest.timeout=30s",
      "millrace.rate-limits.api.prefix=ratelimit:api-limit-test",
      "millrace.rate-limits.api.quota=3",
      "millrace.rate-limits.api.window=1d"
    })
class ApiLimitTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Autowired private RateLimits limits;
  @Autowired private ObjectMapper json;
  @Autowired private StringRedisTemplate plain;
  @LocalServerPort private int port;

  @AfterEach
  void forget() {
    for (String key : plain.keys("millrace:ratelimit:api-limit-test:*")) {
      limits.reset("api", key.replaceFirst(".*:sliding-log:", ""));
    }
  }

  @Test
  void shouldTellWhatIsLeft() throws Exception {
    HttpResponse<String> answer = ask("GET", "/api/consumption", token());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(field(answer, "RateLimit-Policy")).isEqualTo("\"api\";q=3;w=86400");
    assertThat(field(answer, "RateLimit")).isEqualTo("\"api\";r=2;t=86400");
    assertThat(field(answer, "X-RateLimit-Limit")).isEqualTo("3");
    assertThat(field(answer, "X-RateLimit-Remaining")).isEqualTo("2");
    assertThat(Instant.parse(field(answer, "X-RateLimit-Reset"))).isAfter(Instant.now());
  }

  @Test
  void shouldRefuseTheFourthRequestOfAUserWithAProblem() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(ask("GET", "/api/consumption", token()).statusCode()).isEqualTo(200);
    }

    HttpResponse<String> answer = ask("GET", "/api/consumption", token());

    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(field(answer, "Content-Type")).isEqualTo("application/problem+json");
    assertThat(field(answer, "RateLimit")).startsWith("\"api\";r=0;t=");
    long wait = Long.parseLong(field(answer, "Retry-After"));
    assertThat(wait).isBetween(80_000L, 86_400L);
    JsonNode body = json.readTree(answer.body());
    assertThat(body.path("type").asText())
        .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
    assertThat(body.path("status").asInt()).isEqualTo(429);
    assertThat(body.path("violated-policies").path(0).asText()).isEqualTo("api");
    assertThat(body.path("error").asText()).isEqualTo("Too Many Requests");
    assertThat(body.path("message").asText()).contains("Ask again in " + wait + " s");
    assertThat(body.path("retryAfter").asLong()).isEqualTo(wait);
    assertThat(plain.keys("millrace:ratelimit:api-limit-test:*"))
        .containsExactly("millrace:ratelimit:api-limit-test:sliding-log:user:admin");
  }

  @Test
  void shouldCountGuessesOfTheTokenByAddress() throws Exception {
    for (String guess : List.of("a", "b", "c")) {
      HttpResponse<String> answer = ask("GET", "/api/consumption", guess);
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(field(answer, "RateLimit")).startsWith("\"api\";r=");
    }

    assertThat(ask("GET", "/api/nothing", "d").statusCode()).isEqualTo(429);
    assertThat(ask("GET", "/api/consumption", token()).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldNotBelieveWhatARequestSaysOfItsAddress() throws Exception {
    for (int i = 0; i < 3; i++) {
      ask("GET", "/api", "guess", "X-Forwarded-For", "203.0.113." + i, "Forwarded", "for=x" + i);
    }

    assertThat(ask("GET", "/api", "guess", "X-Forwarded-For", "203.0.113.9").statusCode())
        .isEqualTo(429);
    assertThat(plain.keys("millrace:ratelimit:api-limit-test:*")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/api/webhooks/calendar",
    "POST,/api/sms/webhook",
    "POST,/api/unsubscribe",
    "POST,/api/sms/status",
    "GET,/actuator/health",
    "GET,/nothing",
  })
  void shouldNotCountWhatIsNoUsersRequest(String method, String path) throws Exception {
    HttpRequest request = request(method, path).build();
    HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());

    assertThat(answer.headers().firstValue("RateLimit")).isEmpty();
    assertThat(plain.keys("millrace:ratelimit:api-limit-test:*")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/api/webhooks/calendar,Bearer guess",
    "POST,/api/sms/webhook,bearer guess",
    "GET,/api/sms/status,Bearer guess",
    "GET,/actuator/consumption,Bearer guess",
    "GET,/actuator/consumption,",
    "POST,/actuator/consumption/calendar-sync,Bearer guess",
  })
  void shouldCountGuessesOfTheTokenWhereverTheyAreTried(
      String method, String path, String authorization) throws Exception {
    for (int i = 0; i < 4; i++) {
      HttpRequest.Builder request = request(method, path);
      if (authorization != null) {
        request.header("Authorization", authorization);
      }
      HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
      // where no token is asked for, it is something else that is wrong
      int wrong =
          path.startsWith("/api/webhooks") ? 400 : path.equals("/api/sms/webhook") ? 403 : 401;
      assertThat(answer.statusCode()).isEqualTo(i < 3 ? wrong : 429);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/api/webhooks/../consumption",
    "/api/sms/webhook/x",
    "/api/sms/webhook;x=/../../consumption"
  })
  void shouldNotBeMisledByTheFormOfAPath(String path) throws Exception {
    assertThat(ask("GET", path, "guess").statusCode()).isIn(400, 401, 403);
    assertThat(ask("GET", path, token()).statusCode()).isIn(400, 403, 404, 405);
  }

  private HttpResponse<String> ask(String method, String path, String token, String... headers)
      throws Exception {
    HttpRequest.Builder request = request(method, path).header("Authorization", "Bearer " + token);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String method, String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .method(method, BodyPublishers.noBody());
  }

  private static String field(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private static String token() throws Exception {
    return Files.readString(TestDefaults.data().resolve("admin-token"));
  }
}
