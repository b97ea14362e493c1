package dev.millrace.api;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The parameters of an address, decoded. */
final class UriQuery {

  private UriQuery() {}

  static Map<String, String> of(String address) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String parameter : URI.create(address).getRawQuery().split("&")) {
      String[] parts = parameter.split("=", 2);
      query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return query;
  }
}
