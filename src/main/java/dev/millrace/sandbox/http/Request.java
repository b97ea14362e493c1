package dev.millrace.sandbox.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One request, read to its end.
 *
 * @param path as sent, still percent-encoded
 * @param segments the decoded parts between the slashes; a calendar id may hold {@code #} and
 *     {@code @}
 * @param headers by lower-case name, first value only
 */
public record Request(
    String method,
    String path,
    List<String> segments,
    Query query,
    Map<String, String> headers,
    byte[] body) {

  static List<String> split(String rawPath) {
    return Arrays.stream(rawPath.split("/"))
        .filter(segment -> !segment.isEmpty())
        // A plus sign is itself in a path, unlike in a query.
        .map(s -> URLDecoder.decode(s.replace("+", "%2B"), StandardCharsets.UTF_8))
        .toList();
  }

  /** The header's first value, or null. */
  public String header(String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }

  /** Whether the body is declared as {@code application/x-www-form-urlencoded}. */
  public boolean isForm() {
    String type = header("Content-Type");
    return type != null
        && type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded");
  }

  /** The body as form fields. */
  public Query form() {
    return Query.parse(new String(body, StandardCharsets.UTF_8));
  }
}
