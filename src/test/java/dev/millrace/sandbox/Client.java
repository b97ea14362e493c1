package dev.millrace.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Talks to the stand-ins as an application would: over HTTP, with nothing but their settings. */
final class Client {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, String> settings;

  Client(Sandbox sandbox) {
    settings = sandbox.properties();
  }

  record Answer(int status, HttpHeaders headers, String text, JsonNode json) {

    String header(String name) {
      return headers.firstValue(name).orElse(null);
    }

    /** The reason in either of Google's error bodies. */
    String reason() {
      JsonNode old = json.at("/error/errors/0/reason");
      return old.isMissingNode() ? json.at("/error/details/0/reason").asText() : old.asText();
    }

    List<JsonNode> list(String name) {
      List<JsonNode> items = new ArrayList<>();
      json.path(name).forEach(items::add);
      return items;
    }

    List<JsonNode> items() {
      return list("items");
    }
  }

  String setting(String name) {
    return settings.get(name);
  }

  Answer calendar(String bearer, String path, String... query) throws IOException {
    return get(setting("google.calendar-base") + path + query(query), bearer);
  }

  Answer people(String bearer, String path, String... query) throws IOException {
    return get(setting("google.people-base") + path + query(query), bearer);
  }

  Answer get(String url, String bearer) throws IOException {
    return send("GET", url, bearer == null ? null : "Bearer " + bearer, null, "");
  }

  Answer postJson(String url, String bearer, String body) throws IOException {
    return send("POST", url, "Bearer " + bearer, "application/json", body);
  }

  Answer token(String... form) throws IOException {
    return form(setting("google.token-uri"), null, form);
  }

  Answer refresh(String refreshToken) throws IOException {
    return token(
        "grant_type",
        "refresh_token",
        "refresh_token",
        refreshToken,
        "client_id",
        setting("google.client-id"),
        "client_secret",
        setting("google.client-secret"));
  }

  String accessToken(String refreshToken) throws IOException {
    return refresh(refreshToken).json().path("access_token").asText();
  }

  Answer sms(String... form) throws IOException {
    return form(messages(), twilioCredentials(), form);
  }

  Answer smsList(String... query) throws IOException {
    return send("GET", messages() + query(query), twilioCredentials(), null, "");
  }

  String messages() {
    return setting("twilio.base") + "/Accounts/" + setting("twilio.account-sid") + "/Messages.json";
  }

  String twilioCredentials() {
    String pair = setting("twilio.account-sid") + ":" + setting("twilio.auth-token");
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  Answer form(String url, String authorization, String... form) throws IOException {
    return send(
        "POST",
        url,
        authorization,
        "application/x-www-form-urlencoded",
        form.length == 0 ? "" : query(form).substring(1));
  }

  Answer send(String method, String url, String authorization, String type, String body)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    if (type != null) {
      request.header("Content-Type", type);
    }
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      boolean json =
          answer.headers().firstValue("Content-Type").orElse("").startsWith("application/json");
      return new Answer(
          answer.statusCode(),
          answer.headers(),
          answer.body(),
          json ? MAPPER.readTree(answer.body()) : MissingNode.getInstance());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  static String query(String... pairs) {
    if (pairs.length == 0) {
      return "";
    }
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < pairs.length; i += 2) {
      parts.add(encode(pairs[i]) + "=" + encode(pairs[i + 1]));
    }
    return parts.stream().collect(Collectors.joining("&", "?", ""));
  }
}
