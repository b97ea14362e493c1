package dev.millrace.rest.client;

import dev.millrace.rest.client.RestRedisException.Kind;
import java.util.regex.Pattern;

/** What Redis says when it refuses. */
final class ErrorText {

  private static final int LONGEST = 300;

  // Behind these words Redis repeats what it was sent.
  private static final Pattern ECHO = Pattern.compile("(?s),? with args beginning with:.*");
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");
  private static final Pattern DENIED = Pattern.compile("(WRONGPASS|NOPERM|NOAUTH)\\b.*");
  private static final Pattern UNAVAILABLE =
      Pattern.compile(
          "(LOADING|MASTERDOWN|READONLY|CLUSTERDOWN|TRYAGAIN|MISCONF|OOM|BUSY)\\b.*"
              + "|ERR (max (daily request|requests|concurrent connections)|DB capacity)\\b.*");

  private ErrorText() {}

  /** The text in one line, without the arguments that some errors repeat. */
  static String cleaned(String text) {
    String line = CONTROL.matcher(ECHO.matcher(text).replaceFirst("")).replaceAll(" ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }

  /** Whether it is about this command, or about the server. */
  static Kind kind(String text) {
    if (DENIED.matcher(text).matches()) {
      return Kind.DENIED;
    }
    return UNAVAILABLE.matcher(text).matches() ? Kind.UNAVAILABLE : Kind.ERROR;
  }
}
