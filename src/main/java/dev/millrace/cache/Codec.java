package dev.millrace.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import java.lang.reflect.Type;

/**
 * Entries as JSON, and back to the type that they were: records, java.time with zones, Optional,
 * BigDecimal with its digits, generics. What a type leaves open, such as an {@code Object} in a
 * map, comes back as JSON has it.
 */
final class Codec<T> {

  // The application's own mapper is set up for what users and jobs see, and may change with that.
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModules(new Jdk8Module(), new JavaTimeModule(), new ParameterNamesModule())
          .disable(
              SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
              SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .enable(SerializationFeature.WRITE_DATES_WITH_ZONE_ID)
          .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
          // A value of another version of its type is no value: better loaded than with a hole.
          .enable(
              DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final JsonMapper TREES =
      MAPPER
          .rebuild()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final JsonMapper mapper;
  private final JavaType envelope;

  private Codec(JsonMapper mapper, Type type) {
    this.mapper = mapper;
    this.envelope =
        mapper
            .getTypeFactory()
            .constructParametricType(Envelope.class, mapper.getTypeFactory().constructType(type));
  }

  /** Of a type; generic ones as Jackson's {@code JavaType} or {@code TypeReference.getType()}. */
  static <T> Codec<T> of(Type type) {
    return new Codec<>(MAPPER, type);
  }

  /** Of any JSON, with all digits of its numbers. */
  static Codec<JsonNode> ofJson() {
    return new Codec<>(TREES, JsonNode.class);
  }

  String write(Envelope<T> entry) throws JsonProcessingException {
    return mapper.writerFor(envelope).writeValueAsString(entry);
  }

  Envelope<T> read(String text) throws JsonProcessingException {
    return mapper.readValue(text, envelope);
  }
}
