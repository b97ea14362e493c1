package dev.millrace.rest.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.util.unit.DataSize;

/** Settings for tests that need few of them. */
final class TestProperties {

  private TestProperties() {}

  static GatewayProperties of(Duration timeout, int maxConnections, int maxStreams) {
    return of(timeout, maxConnections, maxStreams, List.of("@read"), Map.of());
  }

  static GatewayProperties of(List<String> pass, Map<String, String> deny) {
    return of(Duration.ofSeconds(20), 1, 1, pass, deny);
  }

  private static GatewayProperties of(
      Duration timeout,
      int maxConnections,
      int maxStreams,
      List<String> pass,
      Map<String, String> deny) {
    return new GatewayProperties(
        "",
        "",
        pass,
        deny,
        List.of(),
        timeout,
        DataSize.ofMegabytes(1),
        DataSize.ofMegabytes(1),
        DataSize.ofMegabytes(1),
        0,
        0,
        maxConnections,
        maxStreams,
        Duration.ofSeconds(15),
        Duration.ofSeconds(30));
  }
}
