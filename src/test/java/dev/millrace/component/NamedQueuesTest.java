package dev.millrace.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.setting.RefusedSetting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.FileSystemResource;

/** What config/queues.yaml says, and what a start refuses. */
class NamedQueuesTest {

  private final StandardEnvironment environment = new StandardEnvironment();

  @BeforeEach
  void readTheFile() throws IOException {
    new YamlPropertySourceLoader()
        .load("queues", new FileSystemResource(Path.of("config/queues.yaml")))
        .forEach(environment.getPropertySources()::addLast);
  }

  @ParameterizedTest
  @CsvSource({
    "token-refresh, critical, 3, 60s, 1h, 1, 5m",
    "calendar-sync, critical, 5, 30s, 30m, 4, 5m",
    "google-contacts-sync, critical, 5, 30s, 30m, 2, 15m",
    "adaptive-sync, medium, 5, 10s, 5m, 1, 60s",
    "webhook-renewal, medium, 5, 30s, 30m, 2, 5m",
    "suggestion-regeneration, medium, 3, 60s, 1h, 2, 2m",
    "batch-notifications, medium, 5, 10s, 5m, 2, 5m",
    "suggestion-generation, medium, 3, 60s, 1h, 2, 2m",
    "webhook-health-check, non-critical, 3, 30s, 15m, 1, 5m",
    "notification-reminder, non-critical, 3, 60s, 30m, 1, 5m",
    "token-health-reminder, non-critical, 3, 60s, 30m, 1, 5m"
  })
  void shouldWorkEachQueueAsItsSheetSays(
      String queue,
      String risk,
      int attempts,
      String backoff,
      String backoffMax,
      int concurrency,
      String timeout) {
    NamedQueues queues = NamedQueues.of(environment);

    assertThat(queues.get(queue))
        .isEqualTo(
            new QueueSettings(
                risk,
                attempts,
                duration(backoff),
                duration(backoffMax),
                0.25,
                concurrency,
                duration(timeout)));
    assertThat(queues.queues()).hasSize(11);
  }

  @Test
  void shouldLetTheEnvironmentChangeOneValue() {
    environment
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                Map.of("MILLRACE_QUEUES_CALENDARSYNC_CONCURRENCY", "8")));

    NamedQueues queues = NamedQueues.of(environment);

    assertThat(queues.get("calendar-sync").concurrency()).isEqualTo(8);
    assertThat(queues.get("calendar-sync").attempts()).isEqualTo(5);
    assertThat(queues.queues()).hasSize(11);
  }

  @ParameterizedTest
  @CsvSource({
    "attemps, 3, attemps",
    "attempts, 0, attempts",
    "attempts, many, many",
    "concurrency, 5000, 5000",
    "jitter, 2, jitter",
    "timeout, -1s, timeout",
    "backoff-max, 1s, backoff-max",
    "risk, huge, huge"
  })
  void shouldRefuseWhatAQueueCannotHave(String field, String value, String named) {
    environment
        .getPropertySources()
        .addFirst(
            new MapPropertySource("test", Map.of("millrace.queues.calendar-sync." + field, value)));

    assertThatThrownBy(() -> NamedQueues.of(environment))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining(named)
        .extracting(refused -> ((RefusedSetting) refused).remedy())
        .asString()
        .isNotBlank();
  }

  @Test
  void shouldSayWhichQueueWasProbablyMeant() {
    assertThat(NamedQueues.unused("calender-sync", Set.of("calendar-sync", "adaptive-sync")))
        .contains("millrace.queues.calender-sync")
        .contains("did you mean \"calendar-sync\"?");
  }

  private static Duration duration(String text) {
    return OptionTexts.duration("test", text);
  }
}
