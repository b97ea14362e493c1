package dev.millrace.api;

import dev.millrace.problem.InvalidField;
import dev.millrace.problem.Problem;
import dev.millrace.problem.ProblemException;
import dev.millrace.setting.Spelling;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.util.UriUtils;

/**
 * What follows the question mark in an address. Read from the address itself: as Camel passes
 * parameters on, a header of the same name could be taken for one.
 *
 * @param text as it was sent; null or empty = nothing
 */
record QueryString(String text) {

  /** That there is nothing. */
  void only() {
    read(List.of());
  }

  /**
   * The value of the only parameter that there may be; null = it is not there.
   *
   * @throws ProblemException when there is another, or this one twice
   */
  String only(String name) {
    return read(List.of(name)).get(name);
  }

  /**
   * The values of those parameters that are there, of the only ones that there may be.
   *
   * @throws ProblemException when there is another, or one twice
   */
  Map<String, String> only(List<String> names) {
    return read(names);
  }

  private Map<String, String> read(List<String> known) {
    Map<String, String> values = new HashMap<>();
    for (String parameter : text == null || text.isEmpty() ? new String[0] : text.split("&")) {
      String[] parts = parameter.split("=", 2);
      String name = decode(parts[0]);
      String value = parts.length == 1 ? "" : decode(parts[1]);
      if (!known.contains(name)) {
        // A token, perhaps, that was meant for another address.
        throw refused(name, null, unknown(name, known));
      }
      if (values.put(name, value) != null) {
        throw refused(name, value, "it is there twice; send it once.");
      }
    }
    return values;
  }

  private static String unknown(String name, List<String> known) {
    return known.isEmpty()
        ? "there are no parameters here; leave it out."
        : "it is unknown; "
            + Spelling.nearest(name, known)
                .map(near -> "did you mean \"" + near + "\"?")
                .orElse("there is only " + String.join(", ", known) + ".");
  }

  private static String decode(String part) {
    try {
      return UriUtils.decode(part.replace('+', ' '), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw refused(part, null, "it is no percent-encoded UTF-8; write \"%\" with two digits.");
    }
  }

  private static ProblemException refused(String field, String value, String remedy) {
    return Problem.invalid(HttpStatus.BAD_REQUEST, new InvalidField(field, value, remedy))
        .asException();
  }
}
