package dev.millrace.component;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The trace context in a job, in BullMQ's own field {@code opts.tm}: the W3C headers as a JSON
 * object, as npm's bullmq-otel writes them. So spans of Node and of routes make one trace, whatever
 * tracer either side uses.
 *
 * <p>The text comes from outside. Only these three headers are taken over, and only values that
 * their specifications allow; anything else is left out.
 */
final class TraceContext {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final Pattern TRACE_PARENT =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  /** Printable ASCII; what else a value may hold is percent-encoded there. */
  private static final Pattern PRINTABLE = Pattern.compile("[ -~]+");

  private static final String PARENT = "traceparent";
  private static final String STATE = "tracestate";
  private static final String BAGGAGE = "baggage";

  /** What must be passed on by the specification of each. */
  private static final int LONGEST_STATE = 512;

  private static final int LONGEST_BAGGAGE = 8192;
  private static final int LONGEST_TEXT = 20_000;

  private TraceContext() {}

  /**
   * The headers that a job's metadata holds; none when there are none, or it is something else.
   *
   * @param metadata may be null
   */
  static Map<String, String> read(String metadata) {
    if (metadata == null || metadata.length() > LONGEST_TEXT) {
      return Map.of();
    }
    try {
      JsonNode carrier = MAPPER.readTree(metadata);
      Map<String, Object> headers = new LinkedHashMap<>();
      for (String name : new String[] {PARENT, STATE, BAGGAGE}) {
        headers.put(name, carrier.path(name).textValue());
      }
      return valid(headers);
    } catch (JsonProcessingException e) {
      return Map.of();
    }
  }

  /** The metadata for a job that is added with these headers; null when they hold no context. */
  static String write(Map<String, Object> headers) {
    Map<String, String> carrier = valid(headers);
    return carrier.isEmpty() ? null : MAPPER.valueToTree(carrier).toString();
  }

  private static Map<String, String> valid(Map<String, Object> headers) {
    Map<String, String> valid = new LinkedHashMap<>();
    if (headers.get(PARENT) instanceof String parent && TRACE_PARENT.matcher(parent).matches()) {
      valid.put(PARENT, parent);
      if (headers.get(STATE) instanceof String state && isFine(state, LONGEST_STATE)) {
        valid.put(STATE, state);
      }
    }
    if (headers.get(BAGGAGE) instanceof String baggage && isFine(baggage, LONGEST_BAGGAGE)) {
      valid.put(BAGGAGE, baggage);
    }
    return valid;
  }

  private static boolean isFine(String value, int longest) {
    return value.length() <= longest && PRINTABLE.matcher(value).matches();
  }
}
