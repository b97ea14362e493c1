package dev.millrace.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.problem.InvalidField;
import dev.millrace.problem.Problem;
import dev.millrace.problem.ProblemException;
import dev.millrace.setting.Spelling;
import java.util.List;
import org.springframework.http.HttpStatus;

/** The body of a request, which has to be a JSON object of known fields. */
final class JsonObject {

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .readerFor(JsonNode.class);

  private final JsonNode fields;

  private JsonObject(JsonNode fields) {
    this.fields = fields;
  }

  /**
   * Reads it.
   *
   * @param body as it was sent; null or blank = nothing
   * @param example of what would do, for the refusal
   * @param known the fields that there may be
   * @throws ProblemException 400 when it is something else
   */
  static JsonObject of(String body, String example, List<String> known) {
    JsonNode read;
    try {
      read = body == null || body.isBlank() ? null : JSON.readTree(body);
    } catch (JsonProcessingException e) {
      // Jackson's own words repeat what was sent.
      throw invalid("body", null, "it is not one JSON value; send " + example + ".", e);
    }
    if (read == null || !read.isObject()) {
      throw invalid("body", null, "send a JSON object, such as " + example + ".", null);
    }
    read.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw invalid(name, null, unknown(name, known), null);
              }
            });
    return new JsonObject(read);
  }

  /** The field; missing where it is not there. */
  JsonNode field(String name) {
    return fields.path(name);
  }

  static ProblemException invalid(String field, String value, String remedy, Exception cause) {
    return new ProblemException(
        Problem.invalid(HttpStatus.BAD_REQUEST, new InvalidField(field, value, remedy)), cause);
  }

  private static String unknown(String name, List<String> known) {
    return "it is unknown; "
        + Spelling.nearest(name, known)
            .map(near -> "did you mean \"" + near + "\"?")
            .orElse("there is only " + String.join(", ", known) + ".");
  }
}
