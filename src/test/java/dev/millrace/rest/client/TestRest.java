package dev.millrace.rest.client;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.util.unit.DataSize;

/** Clients as the application has them, with the real route, but without the application. */
public final class TestRest {

  public static final String TOKEN = "AXzzACQgN2Y4NmQ3";

  private TestRest() {}

  /** One that is patient, and does not stop asking for long. */
  public static StandaloneRest to(String url) {
    return to(url, properties(Duration.ofSeconds(5), Duration.ofMinutes(10)));
  }

  public static StandaloneRest to(String url, RestProperties properties) {
    return to(url, TOKEN, properties);
  }

  public static StandaloneRest to(String url, String token, RestProperties properties) {
    return StandaloneRest.start(Path.of("routes"), new RestTarget(url, token), properties);
  }

  /**
   * It gathers for so long that a test's commands leave together.
   *
   * @param pause of the breaker
   */
  public static RestProperties properties(Duration timeout, Duration pause) {
    return new RestProperties(
        "", "", timeout, Duration.ofMillis(50), 16, DataSize.ofKilobytes(64), pause);
  }
}
