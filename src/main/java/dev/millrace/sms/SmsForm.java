package dev.millrace.sms;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What Twilio posts: names with their values, of which a name may have several. */
public final class SmsForm {

  private static final int MOST = 200;

  private final Map<String, List<String>> values;

  private SmsForm(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * Reads a body of type {@code application/x-www-form-urlencoded}.
   *
   * @param body as it was sent; null = nothing
   * @throws IllegalArgumentException when it is none; the message does not have it
   */
  public static SmsForm of(String body) {
    Map<String, List<String>> values = new TreeMap<>();
    String[] pairs = body == null || body.isEmpty() ? new String[0] : body.split("&");
    if (pairs.length > MOST) {
      throw new IllegalArgumentException("it has more than " + MOST + " parameters");
    }
    for (String pair : pairs) {
      if (!pair.isEmpty()) {
        String[] parts = pair.split("=", 2);
        values
            .computeIfAbsent(decoded(parts[0]), name -> new ArrayList<>())
            .add(parts.length == 1 ? "" : decoded(parts[1]));
      }
    }
    return new SmsForm(values);
  }

  /** The only or first value; empty where there is none. */
  public String text(String name) {
    return values.getOrDefault(name, List.of("")).getFirst();
  }

  /**
   * The parameters in the form in which they are signed. Twilio's library for Java knows no second
   * value of a name, while Twilio signs the name again before each different one.
   */
  Map<String, String> signed() {
    Map<String, String> signed = new TreeMap<>();
    values.forEach((name, all) -> signed.put(name, String.join(name, new TreeSet<>(all))));
    return signed;
  }

  /** Keeps numbers and texts out of logs. */
  @Override
  public String toString() {
    return "SmsForm" + values.keySet();
  }

  private static String decoded(String part) {
    try {
      return URLDecoder.decode(part, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("it is not percent-encoded", e);
    }
  }
}
