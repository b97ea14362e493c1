package dev.millrace.mode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks the API of a running instance. */
final class ModeClient {

  /** As what the API knows this command. */
  private static final String AGENT = "millrace-mode";

  private static final String CONFIGURED = "configured";
  private static final Duration CONNECTING = Duration.ofSeconds(5);

  /** The server gives up a switch after {@code millrace.consumption.deadline}, 10 s unless set. */
  private static final Duration ANSWERING = Duration.ofMinutes(2);

  private final ObjectMapper json = new ObjectMapper();
  private final URI api;
  private final String token;

  ModeClient(URI server, String token) {
    this.api = URI.create(server.toString().replaceAll("/+$", "") + "/api/consumption");
    this.token = token;
  }

  /** What the server said. */
  record Answer(int status, JsonNode body) {

    boolean refused() {
      return status / 100 != 2;
    }
  }

  /**
   * @throws IOException when nobody answers there, or somebody who is not Millrace
   */
  Answer ask(ModeArguments wanted) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address(wanted))
            .timeout(ANSWERING)
            .header("Authorization", "Bearer " + token)
            .header("User-Agent", AGENT);
    if (wanted.mode() == null) {
      request.GET();
    } else if (wanted.mode().equalsIgnoreCase(CONFIGURED)) {
      request.DELETE();
    } else {
      ObjectNode body = json.createObjectNode().put("mode", wanted.mode());
      request
          .header("Content-Type", "application/json")
          .PUT(BodyPublishers.ofString(body.toString()));
    }
    // Closing it would wait for connections that the server keeps open; the process ends anyway.
    HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECTING).build();
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    return new Answer(answer.statusCode(), parse(answer));
  }

  private URI address(ModeArguments wanted) {
    String queue =
        wanted.queue() == null
            ? ""
            : "/" + URLEncoder.encode(wanted.queue(), StandardCharsets.UTF_8).replace("+", "%20");
    return URI.create(api + queue + (wanted.canary() ? "?canary=true" : ""));
  }

  private JsonNode parse(HttpResponse<String> answer) throws IOException {
    try {
      return json.readTree(answer.body());
    } catch (JsonProcessingException e) {
      if (answer.statusCode() / 100 != 2) {
        // Refused before it came to the API, as a path that Tomcat does not read.
        return MissingNode.getInstance();
      }
      throw new IOException("the answer (" + answer.statusCode() + ") is not JSON", e);
    }
  }
}
