package dev.millrace.rest.gateway;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads commands from JSON. A word is a string, a number or a boolean; numbers stay the text that
 * was sent, so that none is rounded.
 */
final class JsonCommands {

  private static final String COMMAND = "command";
  private static final String PIPELINE = "pipeline request";

  private final JsonFactory json;

  /**
   * @param longest what a body may have, in bytes; no word can be longer
   */
  JsonCommands(int longest) {
    json =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxStringLength(longest)
                    .maxNumberLength(longest)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
  }

  /** For example {@code ["SET","k",1]}. */
  RedisCall one(byte[] body) {
    return read(
        body,
        COMMAND,
        parser -> {
          begin(parser, COMMAND);
          return command(parser, COMMAND, "");
        });
  }

  /** For example {@code [["SET","k",1],["GET","k"]]}. */
  List<RedisCall> many(byte[] body) {
    return read(
        body,
        PIPELINE,
        parser -> {
          begin(parser, PIPELINE);
          List<RedisCall> calls = new ArrayList<>();
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
              throw malformed(
                  PIPELINE, "command " + calls.size() + " is " + kind(parser) + ", not an array");
            }
            calls.add(command(parser, PIPELINE, "of command " + calls.size() + " "));
          }
          if (calls.isEmpty()) {
            throw new GatewayRefusal(Reason.MALFORMED, "ERR empty pipeline request");
          }
          return calls;
        });
  }

  private static RedisCall command(JsonParser parser, String what, String whose)
      throws IOException {
    List<byte[]> words = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonToken token = parser.currentToken();
      if (!token.isScalarValue() || token == JsonToken.VALUE_NULL) {
        throw malformed(
            what,
            "word "
                + words.size()
                + " "
                + whose
                + "is "
                + kind(parser)
                + "; send a string, a number or a boolean");
      }
      words.add(bytes(parser.getText(), what));
    }
    if (words.isEmpty()) {
      throw new GatewayRefusal(Reason.MALFORMED, "ERR empty command");
    }
    return new RedisCall(words);
  }

  private <T> T read(byte[] body, String what, Reading<T> reading) {
    if (body.length == 0) {
      throw malformed(what, "the body is empty; send a JSON array");
    }
    try (JsonParser parser = json.createParser(body)) {
      T read = reading.of(parser);
      if (parser.nextToken() != null) {
        throw malformed(what, "something follows the array");
      }
      return read;
    } catch (IOException e) {
      // The parser's own text may repeat what was sent, so only the place is told.
      throw malformed(what, "no valid JSON in UTF-8" + place(e));
    }
  }

  private static void begin(JsonParser parser, String what) throws IOException {
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      throw malformed(what, "the body is " + kind(parser) + ", not an array");
    }
  }

  private static String kind(JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return "empty";
    }
    return switch (token) {
      case START_ARRAY -> "an array";
      case START_OBJECT -> "an object";
      case VALUE_NULL -> "null";
      case VALUE_STRING -> "a string";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      default -> "a number";
    };
  }

  private static byte[] bytes(String text, String what) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return checked(text, what);
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Half a character cannot be written as UTF-8, and Java would write a question mark. */
  private static byte[] checked(String text, String what) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw malformed(what, "a string has half of a surrogate pair", e);
    }
  }

  private static String place(IOException e) {
    return e instanceof JacksonException broken && broken.getLocation() != null
        ? ", see byte " + Math.max(0, broken.getLocation().getByteOffset())
        : "";
  }

  private static GatewayRefusal malformed(String what, String why) {
    return malformed(what, why, null);
  }

  private static GatewayRefusal malformed(String what, String why, Throwable cause) {
    return new GatewayRefusal(Reason.MALFORMED, "ERR failed to parse " + what + ": " + why, cause);
  }

  private interface Reading<T> {
    T of(JsonParser parser) throws IOException;
  }
}
