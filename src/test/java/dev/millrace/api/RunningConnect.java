package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxOptions;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.google.AuthorizationCodes.Consent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * The whole application at an address that Google can send browsers back to, with the sandbox for
 * Google. No user is connected when a test begins.
 */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.DEFINED_PORT,
    properties = {
      "spring.quartz.auto-startup=false",
      "camel.component.quartz.auto-start-scheduler=false",
      "millrace.sandbox.enabled=false",
      "redis.rest.timeout=30s"
    })
abstract class RunningConnect extends RunningHttp {

  static final Sandbox SANDBOX = Sandbox.start(SandboxOptions.defaults());

  private static final int PORT = freePort();

  @Autowired MeterRegistry meters;

  UUID user;

  @DynamicPropertySource
  static void outside(DynamicPropertyRegistry registry) {
    SANDBOX.properties().forEach((name, value) -> registry.add(name, () -> value));
    registry.add("server.port", () -> PORT);
    registry.add("app.public-base-url", () -> "http://localhost:" + PORT);
  }

  @BeforeEach
  void begin() {
    SANDBOX.faults().clear();
    SANDBOX.requests().clear();
    SANDBOX.users().forEach(person -> SANDBOX.restoreGrants(person.email()));
    await()
        .ignoreException(PessimisticLockingFailureException.class)
        .until(() -> jdbc.sql("DELETE FROM google_connections").update() >= 0);
    jdbc.sql("DELETE FROM admin_alerts").update();
    user = signUp();
  }

  /** A way that began: where the browser goes, and the cookie that it has. */
  record Way(String url, String cookie) {

    Map<String, String> query() {
      return UriComponentsBuilder.fromUriString(url)
          .build(true)
          .getQueryParams()
          .toSingleValueMap();
    }

    String state() {
      return query().get("state");
    }
  }

  SandboxUser person(int number) {
    return SANDBOX.users().get(number);
  }

  Way authorize(UUID who, String integration) throws Exception {
    return authorize(who, integration, "");
  }

  Way authorize(UUID who, String integration, String query) throws Exception {
    HttpResponse<String> answer =
        askAs(who, "GET", "/api/" + integration + "/oauth/authorize" + query, null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new Way(
        tree(answer).path("authorizationUrl").asText(),
        answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0]);
  }

  /** Chooses on Google's page, and answers where the browser is sent back to. */
  String choose(Way way, String choice) throws Exception {
    HttpResponse<String> answer =
        get(way.url() + "&sandbox_choice=" + URLEncoder.encode(choice, StandardCharsets.UTF_8));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
    return answer.headers().firstValue("Location").orElseThrow();
  }

  /** Comes back, and answers what came of it. */
  String back(String address, String cookie) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
    if (cookie != null) {
      request.header("Cookie", cookie);
    }
    HttpResponse<String> answer = held(request.build());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
    assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    assertThat(answer.headers().firstValue("Cache-Control").orElseThrow()).contains("no-store");
    URI end = URI.create(answer.headers().firstValue("Location").orElseThrow());
    assertThat(end.toString()).startsWith("http://localhost:" + port + "/api/oauth/connected?");
    return UriComponentsBuilder.fromUri(end).build().getQueryParams().getFirst("outcome");
  }

  /** The whole way. */
  String connect(UUID who, String integration, SandboxUser person) throws Exception {
    Way way = authorize(who, integration);
    return back(choose(way, person.email()), way.cookie());
  }

  String callback(String integration, String state, String code) {
    return "http://localhost:%d/api/%s/oauth/callback?state=%s&code=%s"
        .formatted(
            port,
            integration,
            URLEncoder.encode(state, StandardCharsets.UTF_8),
            URLEncoder.encode(code, StandardCharsets.UTF_8));
  }

  String consent(Way way, String email, Set<String> scopes, boolean fresh) {
    Map<String, String> query = UriQuery.of(way.url());
    return SANDBOX
        .codes()
        .issue(
            new Consent(
                email,
                scopes,
                query.get("redirect_uri"),
                true,
                fresh,
                query.get("code_challenge"),
                query.get("code_challenge_method")));
  }

  static Set<String> scopes(String api) {
    return Set.of("openid", "email", "https://www.googleapis.com/auth/" + api);
  }

  HttpResponse<String> get(String address) throws Exception {
    return HTTP.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString());
  }

  JsonNode status(UUID who, String integration) throws Exception {
    return tree(askAs(who, "GET", "/api/" + integration + "/oauth/status", null));
  }

  /** The state of a sync as its user is told. */
  JsonNode sync(UUID who, String integrationType) throws Exception {
    for (JsonNode one : tree(askAs(who, "GET", "/api/sync/status", null)).path("integrations")) {
      if (one.path("integrationType").asText().equals(integrationType)) {
        return one;
      }
    }
    throw new AssertionError("no " + integrationType);
  }

  /** Waits until a user's copy is there. */
  JsonNode awaitSync(UUID who, String integrationType) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> sync(who, integrationType),
            state ->
                state.at("/lastRun/result").asText().equals("success")
                    && !state.path("running").asBoolean());
  }

  long count(String sql) {
    return jdbc.sql(sql).param("user", user).query(Long.class).single();
  }

  long events() {
    return count("SELECT count(*) FROM calendar_events WHERE user_id = :user");
  }

  double counted(String meter, String... tags) {
    Counter counter = meters.find(meter).tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
