package dev.millrace.connect;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.springframework.web.util.UriUtils;

/**
 * What Google sent with the browser. Parameters that are not known here are Google's own business.
 *
 * @param state null = none
 * @param code null = none
 * @param error null = none
 */
record Callback(String state, String code, String error) {

  /** States are made here, codes are short (2.1 of the jobs' specification: 256 bytes). */
  private static final int LONGEST = 1024;

  /**
   * @param query as it was sent; null or empty = nothing
   * @throws ConnectEndException if it cannot be read in one way only
   */
  static Callback of(String query) {
    Map<String, String> values = new HashMap<>();
    for (String parameter : query == null || query.isEmpty() ? new String[0] : query.split("&")) {
      String[] parts = parameter.split("=", 2);
      String value = parts.length == 1 ? "" : decode(parts[1]);
      if (values.put(decode(parts[0]), value) != null || value.length() > LONGEST) {
        throw new ConnectEndException(ConnectOutcome.STATE_UNKNOWN, "unreadable_callback");
      }
    }
    return new Callback(given(values, "state"), given(values, "code"), given(values, "error"));
  }

  private static String given(Map<String, String> values, String name) {
    String value = values.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  private static String decode(String part) {
    try {
      return UriUtils.decode(part.replace('+', ' '), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ConnectEndException(ConnectOutcome.STATE_UNKNOWN, "unreadable_callback");
    }
  }

  @Override
  public String toString() {
    return "Callback[error=" + error + "]";
  }
}
