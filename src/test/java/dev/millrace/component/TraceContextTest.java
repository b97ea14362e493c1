package dev.millrace.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  @Test
  void shouldReadWhatItWrites() {
    Map<String, Object> headers =
        Map.of("traceparent", PARENT, "tracestate", "a=1,b=2", "baggage", "user=7", "other", "x");

    assertThat(TraceContext.read(TraceContext.write(headers)))
        .isEqualTo(Map.of("traceparent", PARENT, "tracestate", "a=1,b=2", "baggage", "user=7"));
  }

  @Test
  void shouldWriteNothingWithoutAContext() {
    assertThat(TraceContext.write(Map.of("CamelBullMQJobId", "1", "traceparent", "none"))).isNull();
    assertThat(TraceContext.write(Map.of("traceparent", 5))).isNull();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "7",
        "null",
        "{\"traceparent\":7}",
        "{\"traceparent\":{\"a\":1}}",
        "{\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331\"}",
        "{\"traceparent\":\"00-00000000000000000000000000000000-b7ad6b7169203331-01\"}",
        "{\"traceparent\":\"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"}",
        "{\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\\r\\nX: y\"}",
        "{\"tracestate\":\"a=1\"}",
        "{\"baggage\":\"a=1\\u0000\"}",
        "{\"CamelBullMQWaitUntil\":\"2030-01-01T00:00:00Z\",\"CamelFileName\":\"/etc/passwd\"}"
      })
  void shouldTakeOverNothingThatIsNoTraceContext(String metadata) {
    assertThat(TraceContext.read(metadata)).isEmpty();
  }

  @Test
  void shouldLeaveOutWhatIsTooLong() {
    String carrier =
        "{\"traceparent\":\"%s\",\"tracestate\":\"%s\",\"baggage\":\"%s\"}"
            .formatted(PARENT, "a".repeat(513), "b".repeat(8193));

    assertThat(TraceContext.read(carrier)).isEqualTo(Map.of("traceparent", PARENT));
    assertThat(TraceContext.read("{\"baggage\":\"" + "b".repeat(20_000) + "\"}")).isEmpty();
  }
}
