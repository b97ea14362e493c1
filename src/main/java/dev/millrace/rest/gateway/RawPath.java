package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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

  /** The token in the query; null without one. */
  String token() {
    for (String pair : pairs()) {
      int equals = pair.indexOf('=');
      if (equals > 0 && isToken(pair.substring(0, equals))) {
        return new String(decode(pair.substring(equals + 1)), StandardCharsets.UTF_8);
      }
    }
    return null;
  }

  private String[] pairs() {
    return query == null ? new String[0] : query.split("&");
  }

  private static boolean isToken(String name) {
    return TOKEN.equals(new String(decode(name), StandardCharsets.UTF_8));
  }

  private static byte[] decode(String text) {
    if (text.indexOf('%') < 0) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    int i = 0;
    while (i < text.length()) {
      int percent = text.indexOf('%', i);
      int end = percent < 0 ? text.length() : percent;
      bytes.writeBytes(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
      if (percent >= 0) {
        bytes.write(hex(text, percent));
        end = percent + 3;
      }
      i = end;
    }
    return bytes.toByteArray();
  }

  private static int hex(String text, int percent) {
    int high = percent + 2 < text.length() ? Character.digit(text.charAt(percent + 1), 16) : -1;
    int low = percent + 2 < text.length() ? Character.digit(text.charAt(percent + 2), 16) : -1;
    if (high < 0 || low < 0) {
      throw new GatewayRefusal(
          Reason.MALFORMED,
          "ERR failed to parse the path: the percent sign at position "
              + percent
              + " of a part is not followed by two hexadecimal digits; write it as %25");
    }
    return high << 4 | low;
  }
}
