package dev.millrace.sandbox.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Decoded name-value pairs of a query string or of a form, in the order they were sent. */
public final class Query {

  private final Map<String, List<String>> values = new LinkedHashMap<>();

  private Query() {}

  /**
   * Parses {@code a=1&b=2}; a missing {@code =} gives an empty value.
   *
   * @throws IllegalArgumentException if an escape is broken
   */
  public static Query parse(String encoded) {
    Query query = new Query();
    if (encoded == null || encoded.isEmpty()) {
      return query;
    }
    for (String pair : encoded.split("&")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        query.values.computeIfAbsent(decode(name), n -> new ArrayList<>()).add(decode(value));
      }
    }
    return query;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** The first value, or null if the name was not sent. */
  public String get(String name) {
    List<String> all = values.get(name);
    return all == null ? null : all.get(0);
  }

  /** All values of a name; empty if it was not sent. */
  public List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  public Set<String> names() {
    return Collections.unmodifiableSet(values.keySet());
  }
}
