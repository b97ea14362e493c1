package dev.millrace.sandbox.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** One answer, complete before its first byte is sent. */
public record Response(int status, Map<String, String> headers, byte[] body) {

  public static Response json(int status, JsonNode body) {
    return new Response(
        status, Map.of("Content-Type", "application/json; charset=UTF-8"), Json.write(body));
  }

  public static Response html(int status, String body) {
    return new Response(
        status,
        Map.of("Content-Type", "text/html; charset=UTF-8"),
        body.getBytes(StandardCharsets.UTF_8));
  }

  public static Response text(int status, String body) {
    return new Response(
        status,
        Map.of("Content-Type", "text/plain; charset=UTF-8"),
        body.getBytes(StandardCharsets.UTF_8));
  }

  public static Response empty(int status) {
    return new Response(status, Map.of(), new byte[0]);
  }

  public Response with(String header, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(header, value);
    return new Response(status, more, body);
  }
}
