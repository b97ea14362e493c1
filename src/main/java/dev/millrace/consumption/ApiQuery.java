package dev.millrace.consumption;

import java.util.Locale;

/**
 * What follows the question mark in an address of the API: nothing, or {@code canary}. Anything
 * else is refused, because who mistypes it would switch more than he wanted.
 *
 * @param text as it was sent; null or empty = nothing
 */
record ApiQuery(String text) {

  /**
   * Whether only the instance that is asked is meant.
   *
   * @throws RequestRefused when something else is asked for
   */
  boolean canary() {
    boolean canary = false;
    for (String parameter : text == null || text.isEmpty() ? new String[0] : text.split("&")) {
      String[] parts = parameter.split("=", 2);
      if (!parts[0].equals("canary")) {
        throw new RequestRefused(
            parts[0],
            parts.length == 1 ? null : parts[1],
            "Leave it out; there is only canary.",
            "Parameter \"" + parts[0] + "\" is unknown; there is only canary, as ?canary=true.");
      }
      canary = isTrue(parts.length == 1 ? "" : parts[1]);
    }
    return canary;
  }

  /**
   * That nothing is asked for, where there is nothing to ask for.
   *
   * @throws RequestRefused when something is
   */
  void requireNone() {
    if (text != null && !text.isEmpty()) {
      throw new RequestRefused(
          "query",
          text,
          "Leave it out.",
          "Parameters \"" + text + "\" have no meaning here; leave them out of the address.");
    }
  }

  private static boolean isTrue(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "1", "true" -> true;
      case "0", "false" -> false;
      default ->
          throw new RequestRefused(
              "canary",
              value,
              "Use true or false.",
              "Parameter \"canary\" is \"" + value + "\"; use ?canary=true or ?canary=false.");
    };
  }
}
