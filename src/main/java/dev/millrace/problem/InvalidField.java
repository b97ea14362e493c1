package dev.millrace.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * One part of a request that cannot be taken.
 *
 * @param field its name: a parameter, a header, {@code body}
 * @param value what was sent, cut when it is long; null = nothing, or what must not be repeated
 * @param remedy what to send instead
 */
@JsonPropertyOrder({"field", "value", "remedy"})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InvalidField(String field, String value, String remedy) {

  private static final int LONGEST = 100;

  public InvalidField {
    if (value != null && value.length() > LONGEST) {
      value = value.substring(0, LONGEST) + "…";
    }
  }

  /** For example {@code Parameter "ttl" is "soon"; send seconds.} */
  String sentence() {
    return "\"" + field + "\"" + (value == null ? "" : " is \"" + value + "\"") + ": " + remedy;
  }
}
