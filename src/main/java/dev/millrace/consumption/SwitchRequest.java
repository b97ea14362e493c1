package dev.millrace.consumption;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.setting.Spelling;
import java.util.List;

/**
 * What a request to switch says.
 *
 * @param mode the mode to switch to
 * @param canary only on the instance that is asked
 */
record SwitchRequest(String mode, boolean canary) {

  private static final String REMEDY =
      "Send {\"mode\": \"legacy\"}, \"pooled\" or \"polling\", with Content-Type:"
          + " application/json.";
  private static final List<String> FIELDS = List.of("mode", "canary");

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .readerFor(JsonNode.class);

  /**
   * @param body {@code {"mode": …}}, and {@code "canary": true} if wanted
   * @param query what follows the question mark in the address; null or empty = nothing
   * @throws RequestRefused when either says something else
   */
  static SwitchRequest of(String body, String query) {
    boolean canary = new ApiQuery(query).canary();
    JsonNode json = parse(body);
    json.fieldNames().forEachRemaining(SwitchRequest::requireKnown);
    JsonNode mode = json.path("mode");
    if (!mode.isTextual() || mode.textValue().isBlank()) {
      throw new RequestRefused(
          "mode",
          mode.isMissingNode() ? null : mode.toString(),
          REMEDY,
          (mode.isMissingNode()
                  ? "Field \"mode\" is missing. "
                  : "Field \"mode\" is " + mode + ", which is no mode. ")
              + REMEDY);
    }
    JsonNode only = json.path("canary");
    if (!only.isMissingNode() && !only.isBoolean()) {
      throw new RequestRefused(
          "canary",
          only.toString(),
          "Send true or false.",
          "Field \"canary\" is " + only + "; send true or false.");
    }
    return new SwitchRequest(mode.textValue(), canary || only.booleanValue());
  }

  private static JsonNode parse(String body) {
    if (body == null || body.isBlank()) {
      throw new RequestRefused("body", null, REMEDY, "The body is missing. " + REMEDY);
    }
    JsonNode json;
    try {
      json = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new RequestRefused(
          "body",
          null,
          REMEDY,
          "The body is not JSON: " + e.getOriginalMessage() + ". " + REMEDY,
          e);
    }
    if (!json.isObject()) {
      throw new RequestRefused(
          "body", null, REMEDY, "The body is " + json.getNodeType() + ", no object. " + REMEDY);
    }
    return json;
  }

  private static void requireKnown(String field) {
    if (!FIELDS.contains(field)) {
      String remedy =
          Spelling.nearest(field, FIELDS)
              .map(near -> "did you mean \"" + near + "\"?")
              .orElse("the fields are " + String.join(" and ", FIELDS) + ".");
      throw new RequestRefused(
          field, null, remedy, "Field \"" + field + "\" is unknown; " + remedy);
    }
  }
}
