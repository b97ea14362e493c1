package dev.millrace.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.problem.InvalidField;
import dev.millrace.problem.Problem;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpStatus;

/**
 * Reads the fields of a body that is sent as a whole, and collects all that is wrong with them, so
 * that whoever sends it has to be told once.
 */
final class FieldsReader {

  private static final String MISSING = "it is missing; ";

  private final List<InvalidField> wrong = new ArrayList<>();

  boolean flag(JsonNode sent, String name) {
    if (!sent.isBoolean()) {
      refuse(name, sent, "send true or false.");
    }
    return sent.asBoolean();
  }

  int whole(JsonNode sent, String name, int most, String remedy) {
    boolean fits =
        sent.isIntegralNumber()
            && sent.canConvertToInt()
            && sent.intValue() >= 0
            && sent.intValue() <= most;
    if (!fits) {
      refuse(name, sent, remedy);
    }
    return sent.asInt();
  }

  /** A time of day; midnight where it is none, which is refused. */
  LocalTime time(JsonNode sent, String name) {
    String text = sent.isTextual() ? sent.asText() : "";
    if (!text.matches("([01][0-9]|2[0-3]):[0-5][0-9]")) {
      refuse(name, sent, "send a time of day as 09:00, from 00:00 to 23:59.");
      return LocalTime.MIDNIGHT;
    }
    return LocalTime.parse(text);
  }

  /** A moment; null where null was sent. */
  Instant moment(JsonNode sent, String name) {
    String remedy = "send a moment such as 2027-01-31T08:00:00Z, or null for none.";
    if (sent.isNull()) {
      return null;
    }
    try {
      if (sent.isTextual()) {
        return OffsetDateTime.parse(sent.asText()).toInstant();
      }
    } catch (DateTimeParseException e) {
      // Refused below, as anything else that is none.
    }
    refuse(name, sent, remedy);
    return null;
  }

  String text(JsonNode sent, String name, String remedy) {
    if (!sent.isTextual() || sent.asText().isBlank()) {
      refuse(name, sent, remedy);
      return "";
    }
    return sent.asText().strip();
  }

  /** Fields of an object within the body; those that are unknown are refused. */
  void known(JsonNode object, String name, List<String> names) {
    if (!object.isObject()) {
      refuse(name, object, "send an object of " + String.join(" and ", names) + ".");
      return;
    }
    object
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!names.contains(field)) {
                refuse(name + "." + field, (String) null, "it is unknown; leave it out.");
              }
            });
  }

  void refuse(String name, JsonNode sent, String remedy) {
    refuse(
        name,
        sent.isMissingNode() ? null : sent.isTextual() ? sent.asText() : sent.toString(),
        sent.isMissingNode() ? MISSING + remedy : remedy);
  }

  void refuse(String name, String value, String remedy) {
    wrong.add(new InvalidField(name, value, remedy));
  }

  /** Takes over what another has found. */
  void addAll(FieldsReader other) {
    wrong.addAll(other.wrong);
  }

  boolean clean() {
    return wrong.isEmpty();
  }

  /**
   * Ends the reading.
   *
   * @throws dev.millrace.problem.ProblemException 400 that names all that is wrong
   */
  void end() {
    if (!wrong.isEmpty()) {
      throw Problem.invalid(HttpStatus.BAD_REQUEST, wrong.toArray(InvalidField[]::new))
          .asException();
    }
  }
}
