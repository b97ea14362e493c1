package dev.millrace.consumption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.reset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.TestDefaults;
import dev.millrace.consumption.SwitchRefused.Reason;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;

/**
 * The whole application, asked over HTTP and JMX as an operator would; started once for all these
 * tests. Its token is the one that it made in the data directory.
 */
@CamelSpringBootTest
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.quartz.auto-startup=false",
      "camel.component.quartz.auto-start-scheduler=false",
      "millrace.sandbox.enabled=false",
      "spring.jmx.enabled=true"
    })
abstract class RunningApi {

  static final String API = "/api/consumption";
  static final String ENDPOINT = "/actuator/consumption";

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Autowired ObjectMapper json;
  @LocalServerPort int port;

  /** Real, but for what a test makes it refuse. */
  @MockitoSpyBean ConsumptionModes modes;

  @AfterEach
  void asConfigured() {
    reset(modes);
    assertThat(modes.change(null, null, false, "test")).hasSize(11);
  }

  static String token() throws Exception {
    return Files.readString(TestDefaults.data().resolve("admin-token"));
  }

  /** Asks with the token; headers come as name, value, name, value. */
  HttpResponse<String> ask(String method, String path, String body, String... headers)
      throws Exception {
    return send(
        method,
        path,
        body,
        Stream.concat(Stream.of("Authorization", "Bearer " + token()), Stream.of(headers))
            .toArray(String[]::new));
  }

  HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    if (body != null && !List.of(headers).contains("Content-Type")) {
      request.header("Content-Type", "application/json");
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  /** The answer, in which all queues must be in this mode. */
  JsonNode settled(String method, String path, String body, String mode) throws Exception {
    JsonNode answer = tree(ask(method, path, body));
    assertThat(answer.findValuesAsText("mode")).isNotEmpty().containsOnly(mode);
    return answer;
  }

  JsonNode tree(HttpResponse<String> answer) throws Exception {
    return json.readTree(answer.body());
  }

  void refuseToChange(Reason reason, String message) {
    doThrow(new SwitchRefused(reason, message))
        .when(modes)
        .change(any(), eq("legacy"), anyBoolean(), any());
  }
}
