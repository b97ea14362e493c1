package dev.millrace.component;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.camel.StreamCache;

/**
 * Between exchange bodies and the JSON text that jobs carry. Times are ISO text, as JavaScript's
 * Date writes them.
 */
final class JobBody {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .addModule(new Jdk8Module())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .build();

  private JobBody() {}

  /** Maps, lists, text, numbers, truth values and null. */
  static Object read(String json) {
    try {
      return MAPPER.readValue(json, Object.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "The job's data is not valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * A value: text becomes a JSON string. Bytes and streams are what a data format made, and count
   * as JSON if they are.
   */
  static String value(Object body) {
    try {
      byte[] bytes = bytes(body);
      if (bytes == null) {
        return MAPPER.writeValueAsString(body);
      }
      String text = new String(bytes, StandardCharsets.UTF_8);
      return isJson(text) ? text : MAPPER.writeValueAsString(text);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "A body of type "
              + body.getClass().getName()
              + " cannot be written as JSON; set a map, a list or a record",
          e);
    }
  }

  /**
   * A payload: as {@link #value}, but text that is a JSON object or array is taken for one, and no
   * body means no data.
   */
  static String payload(Object body) {
    if (body == null) {
      return "{}";
    }
    if (body instanceof String text
        && (text.startsWith("{") || text.startsWith("["))
        && isJson(text)) {
      return text;
    }
    return value(body);
  }

  private static byte[] bytes(Object body) throws IOException {
    if (body instanceof byte[] bytes) {
      return bytes;
    }
    if (body instanceof StreamCache cache) {
      cache.reset();
    }
    if (body instanceof InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return null;
  }

  private static boolean isJson(String text) {
    try {
      MAPPER.readTree(text);
      return !text.isBlank();
    } catch (JsonProcessingException e) {
      return false;
    }
  }
}
