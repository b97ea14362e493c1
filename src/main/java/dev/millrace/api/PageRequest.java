package dev.millrace.api;

import dev.millrace.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;

/**
 * Which part of a list is asked for.
 *
 * @param at of the entry before, with {@code id}; null = the list's beginning
 * @param limit entries, 1 to 100
 */
record PageRequest(Instant at, UUID id, int limit) {

  static final String CURSOR = "cursor";
  static final String LIMIT = "limit";
  private static final int USUAL = 50;
  private static final int MOST = 100;

  /**
   * Reads {@code cursor} and {@code limit}.
   *
   * @throws ProblemException when one of them is none
   */
  static PageRequest of(Map<String, String> parameters) {
    String cursor = parameters.get(CURSOR);
    int limit = limit(parameters.get(LIMIT));
    if (cursor == null) {
      return new PageRequest(null, null, limit);
    }
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
      int space = text.indexOf(' ');
      return new PageRequest(
          Moments.within(Instant.parse(text.substring(0, space))),
          UUID.fromString(text.substring(space + 1)),
          limit);
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
      throw JsonObject.invalid(
          CURSOR, cursor, "send nextCursor of the page before, or leave it out.", e);
    }
  }

  boolean first() {
    return at == null;
  }

  /** What to send for the entries after this one. */
  static String cursor(Instant at, UUID id) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((at + " " + id).getBytes(StandardCharsets.US_ASCII));
  }

  private static int limit(String sent) {
    if (sent == null) {
      return USUAL;
    }
    try {
      int limit = Integer.parseInt(sent);
      if (limit >= 1 && limit <= MOST) {
        return limit;
      }
    } catch (NumberFormatException e) {
      throw JsonObject.invalid(LIMIT, sent, "send a whole number from 1 to " + MOST + ".", e);
    }
    throw JsonObject.invalid(LIMIT, sent, "send a whole number from 1 to " + MOST + ".", null);
  }
}
