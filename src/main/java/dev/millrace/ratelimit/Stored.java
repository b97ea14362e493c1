package dev.millrace.ratelimit;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what the scripts store. What none of them wrote counts as nothing, as it does for them. */
final class Stored {

  private static final Pattern NUMBERS = Pattern.compile("(\\d{1,16}):(\\d{1,16}):(\\d{1,16})");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,16}");

  private Stored() {}

  static long number(String text) {
    return NUMBER.matcher(text).matches() ? Long.parseLong(text) : 0;
  }

  /** Three numbers with colons between them. */
  static Optional<long[]> numbers(String text) {
    Matcher matcher = NUMBERS.matcher(text == null ? "" : text);
    return matcher.matches()
        ? Optional.of(
            new long[] {
              Long.parseLong(matcher.group(1)),
              Long.parseLong(matcher.group(2)),
              Long.parseLong(matcher.group(3))
            })
        : Optional.empty();
  }
}
