package dev.millrace.account;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/**
 * Reads an answer whose list is given away element by element. A page of 2,500 meetings with all
 * their guests can be larger than the memory of a small instance.
 */
final class ListAnswer {

  private final ObjectMapper json;

  ListAnswer(ObjectMapper json) {
    this.json = json;
  }

  /**
   * @param list the field whose elements go to {@code each}
   * @return the other fields; null if the answer is no object
   */
  JsonNode read(InputStream in, String list, Consumer<JsonNode> each) throws IOException {
    try (JsonParser parser = json.createParser(in)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      ObjectNode others = json.createObjectNode();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        if (parser.nextToken() == JsonToken.START_ARRAY && field.equals(list)) {
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            each.accept(json.readTree(parser));
          }
        } else {
          others.set(field, json.readTree(parser));
        }
      }
      return others;
    }
  }
}
