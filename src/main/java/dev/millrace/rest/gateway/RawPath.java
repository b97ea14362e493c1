package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An address below {@code /redis} as it came over the wire, for example {@code
 * /set/a%2Fb/1?EX=100&NX}. A plus sign is itself; only percent signs mean something else.
 *
 * @param path what follows {@code /redis}, not decoded
 * @param query what follows the question mark, not decoded; null without one
 */
record RawPath(String path, String query) {

  private static final String TOKEN = "_token";

  /**
   * The command: the parts between slashes, then the body, then the query. An empty part is an
   * empty word.
   */
  RedisCall call(byte[] body) {
    List<byte[]> words = new ArrayList<>();
    for (String part : path.substring(1).split("/", -1)) {
      words.add(decode(part));
    }
    if (body.length > 0) {
      words.add(body);
    }
    words.addAll(arguments());
    return new RedisCall(words);
  }

  /**
   * The channel or pattern of a subscription: all that follows the first part. Slashes and question
   * marks belong to it, since the SDK does not escape them.
   */
  byte[] topic() {
    int slash = path.indexOf('/', 1);
    if (slash < 0) {
      return new byte[0];
    }
    String own =
        Stream.of(pairs())
            .filter(pair -> !isToken(pair.replaceFirst("=.*", "")))
            .collect(Collectors.joining("&"));
    return decode(path.substring(slash + 1) + (own.isEmpty() ? "" : "?" + own));
  }

  /** Names and values of the query in order; the token is left out. */
  private List<byte[]> arguments() {
    List<byte[]> words = new ArrayList<>();
    for (String pair : pairs()) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (name.isEmpty() && equals < 0 || isToken(name)) {
        continue;
      }
      words.add(decode(name));
      if (equals >= 0) {
        words.add(decode(pair.substring(equals + 1)));
      }
    }
    return words;
  }

  /** The token in the query; null without one, or when it cannot be decoded. */
  String token() {
    for (String pair : pairs()) {
      int equals = pair.indexOf('=');
      if (equals > 0 && isToken(pair.substring(0, equals)) && stray(pair) < 0) {
        return new String(decode(pair.substring(equals + 1)), StandardCharsets.UTF_8);
      }
    }
    return null;
  }

  private String[] pairs() {
    return query == null ? new String[0] : query.split("&");
  }

  private static boolean isToken(String name) {
    // Asked before anybody is let in, so a malformed name must be no error here.
    return stray(name) < 0 && TOKEN.equals(new String(decode(name), StandardCharsets.UTF_8));
  }

  private static byte[] decode(String text) {
    if (text.indexOf('%') < 0) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    int stray = stray(text);
    if (stray >= 0) {
      throw new GatewayRefusal(
          Reason.MALFORMED,
          "ERR failed to parse the path: the percent sign at position "
              + stray
              + " of a part is not followed by two hexadecimal digits; write it as %25");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    int i = 0;
    while (i < text.length()) {
      int percent = text.indexOf('%', i);
      int end = percent < 0 ? text.length() : percent;
      bytes.writeBytes(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
      if (percent >= 0) {
        bytes.write(HexFormat.fromHexDigits(text, percent + 1, percent + 3));
        end = percent + 3;
      }
      i = end;
    }
    return bytes.toByteArray();
  }

  /** Where a percent sign stands that no two hexadecimal digits follow; -1 when there is none. */
  private static int stray(String text) {
    int percent = text.indexOf('%');
    while (percent >= 0) {
      if (percent + 2 >= text.length()
          || !HexFormat.isHexDigit(text.charAt(percent + 1))
          || !HexFormat.isHexDigit(text.charAt(percent + 2))) {
        return percent;
      }
      percent = text.indexOf('%', percent + 3);
    }
    return -1;
  }
}
