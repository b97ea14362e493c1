package dev.millrace.api;

import dev.millrace.problem.InvalidField;
import dev.millrace.problem.Problem;
import dev.millrace.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpStatus;
import org.springframework.web.util.UriUtils;

/**
 * A name in the address.
 *
 * @param field what the contract calls it
 * @param sent percent-encoded, as it came; null = nothing stood there
 * @param longest its greatest length in characters
 */
record PathName(String field, String sent, int longest) {

  /** What decoding puts in the place of bytes that are no UTF-8. */
  private static final char REPLACED = '\uFFFD';

  /**
   * The name itself.
   *
   * @throws ProblemException when it is none
   */
  String text() {
    String text;
    try {
      text = sent == null ? "" : UriUtils.decode(sent, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw refused("it is no percent-encoded UTF-8; write \"%\" with two digits", e);
    }
    if (text.indexOf(REPLACED) >= 0) {
      // Two addresses of different bytes would be one name.
      throw refused("it is no percent-encoded UTF-8", null);
    }
    if (text.isBlank() || text.length() > longest) {
      throw refused("send 1 to " + longest + " characters", null);
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw refused("leave out control characters", null);
    }
    return text;
  }

  private ProblemException refused(String remedy, Exception cause) {
    return new ProblemException(
        Problem.invalid(HttpStatus.BAD_REQUEST, new InvalidField(field, sent, remedy + ".")),
        cause);
  }
}
