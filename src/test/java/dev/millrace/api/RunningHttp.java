package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.reset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.TestDefaults;
import dev.millrace.cache.CacheStore;
import dev.millrace.ratelimit.RateLimits;
import dev.millrace.rest.RunningRest;
import dev.millrace.security.UserTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;

/**
 * The whole application, asked over HTTP. Whatever {@link #ask} is answered is also held against
 * the contract.
 */
@TestPropertySource(
    properties = {
      "millrace.rate-limits.api.quota=1000",
      // without an account of Twilio's; what would be sent finds nobody who listens
      "twilio.auth-token=" + RunningHttp.TWILIO_TOKEN,
      "twilio.base=http://127.0.0.1:1/2010-04-01"
    })
abstract class RunningHttp extends RunningRest {

  static final String TWILIO_TOKEN = "token-of-tests";
  static final Contract CONTRACT = Contract.read();
  static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Real, but for what a test makes it fail with. */
  @MockitoSpyBean CacheStore store;

  @MockitoSpyBean RateLimits limits;

  @Autowired JdbcClient jdbc;
  @Autowired UserTokens tokens;

  /** A user who signed up just now. */
  UUID signUp() {
    return jdbc.sql("INSERT INTO users (email, name) VALUES (:email, 'Somebody') RETURNING id")
        .param("email", UUID.randomUUID() + "@example.com")
        .query(UUID.class)
        .single();
  }

  /** Asks as a user. */
  HttpResponse<String> askAs(UUID user, String method, String path, String body, String... headers)
      throws Exception {
    String[] all = Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "Authorization";
    all[headers.length + 1] = "Bearer " + tokens.make(user).token();
    return ask(method, path, body, all);
  }

  @AfterEach
  void makeNothingFail() {
    reset(store, limits);
  }

  static String token() {
    try {
      return Files.readString(TestDefaults.data().resolve("admin-token")).strip();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<String> ask(String method, String path) throws Exception {
    return ask(method, path, null);
  }

  /** Asks with the token; headers come as name, value, name, value. */
  HttpResponse<String> ask(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        request(
            method, path, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      request.setHeader("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return held(request.build());
  }

  HttpRequest.Builder request(String method, String path, BodyPublisher body) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .header("Authorization", "Bearer " + token())
        .method(method, body);
  }

  HttpResponse<String> held(HttpRequest request) throws Exception {
    HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
    CONTRACT.hold(answer);
    assertThat(answer.headers().map().keySet())
        .as("nothing of the request comes back")
        .doesNotContain("authorization", "user-agent", "accept", "x-mine", "key", "subject", "ttl")
        .noneMatch(name -> name.startsWith("camel"));
    return answer;
  }

  static JsonNode tree(HttpResponse<String> answer) throws Exception {
    return JSON.readTree(answer.body());
  }
}
