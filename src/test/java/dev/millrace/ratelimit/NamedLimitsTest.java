package dev.millrace.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.setting.RefusedSetting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.FileSystemResource;

/** The limits of config/application.yaml, and what a start refuses. */
class NamedLimitsTest {

  private final StandardEnvironment environment = new StandardEnvironment();

  @BeforeEach
  void readTheDefaults() throws IOException {
    new YamlPropertySourceLoader()
        .load("defaults", new FileSystemResource(Path.of("config/application.yaml")))
        .forEach(environment.getPropertySources()::addLast);
  }

  @ParameterizedTest
  @CsvSource({
    "api,60,PT1M,ratelimit:api:user",
    "voice-upload,10,PT1H,ratelimit:voice:user",
    "notification,20,PT1H,ratelimit:notification:user",
    "google-calendar,10,PT1M,ratelimit:google:user",
    "google-calendar-jobs,300,PT1M,ratelimit:google-calendar-jobs",
    "google-people-jobs,60,PT1M,ratelimit:google-people-jobs",
    "google-people-full,10,PT1M,ratelimit:google-people-full",
    "google-token,10,PT1S,ratelimit:google-token",
    "google-contacts,500,PT1M,ratelimit:google-contacts",
    "sms-outgoing,10,PT1H,ratelimit:sms:user",
    "sms-incoming,20,PT1H,sms:ratelimit",
    "email-outgoing,20,PT1H,ratelimit:email:user",
    "manual-sync,1,PT1M,ratelimit:manual-sync",
  })
  void shouldHaveTheLimitsOfTheNodeApplication(
      String name, long quota, Duration window, String prefix) {
    NamedLimits limits = NamedLimits.of(environment);

    assertThat(limits.get(name))
        .returns(quota, RateLimit::quota)
        .returns(window, RateLimit::window)
        .returns(prefix, RateLimit::prefix);
    assertThat(limits.names()).hasSize(13);
  }

  @Test
  void shouldReadNamesWithDashesFromTheEnvironment() {
    environment
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                Map.of(
                    "MILLRACE_RATELIMITS_SMSINCOMING_QUOTA", "30",
                    "MILLRACE_RATELIMITS_API_WHENUNREACHABLE", "closed")));

    NamedLimits limits = NamedLimits.of(environment);

    assertThat(limits.get("sms-incoming").quota()).isEqualTo(30);
    assertThat(limits.get("api").whenUnreachable()).isEqualTo(WhenUnreachable.CLOSED);
    assertThat(limits.names()).hasSize(13);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "api.quota                    | 0            | millrace.rate-limits.api.quota is 0",
        "api.quota                    | 1001         | millrace.rate-limits.api.quota is 1001",
        "api.quota                    | many         | millrace.rate-limits.api.quota is \"many\"",
        "api.qouta                    | 5            | Unknown settings: millrace.rate-limits.api.qouta",
        "api.window                   | 40d          | millrace.rate-limits.api.window is PT960H",
        "api.window                   | 1ms          | millrace.rate-limits.api.window is PT0.001S",
        "api.algorithm                | leaky        | millrace.rate-limits.api.algorithm is \"leaky\"",
        "api.burst                    | 5            | millrace.rate-limits.api.burst is set",
        "api.when-unreachable         | maybe        | millrace.rate-limits.api.when-unreachable is \"maybe\"",
        "api.prefix                   | a b          | millrace.rate-limits.api.prefix has spaces",
        "api.prefix                   | sms:ratelimit | have the same prefix \"sms:ratelimit\"",
        "google-token.burst           | 10000000000000 | millrace.rate-limits.google-token.burst is 10000000000000",
        "sms-incoming.when-unreachable | open        | millrace.rate-limits.sms-incoming.when-unreachable is open",
        "sms-outgoing.when-unreachable | open        | millrace.rate-limits.sms-outgoing.when-unreachable is open",
        "sms-incoming.subjects        | names        | millrace.rate-limits.sms-incoming.subjects is names",
        "sms-outgoing.subjects        | phones       | millrace.rate-limits.sms-outgoing.subjects is phones",
        "google-token.quota           | 1000000001   | millrace.rate-limits.google-token.quota is 1000000001",
        "new-one.quota                | 5            | millrace.rate-limits.new-one has no window",
        "new-one.window               | 5s           | millrace.rate-limits.new-one has no quota",
        "NewOne.quota                 | 5            | millrace.rate-limits.NewOne is no name",
      })
  void shouldRefuseByName(String setting, String value, String problem) {
    set(Map.of("millrace.rate-limits." + setting, value));

    assertThatThrownBy(() -> NamedLimits.of(environment))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining(problem)
        .satisfies(refused -> assertThat(((RefusedSetting) refused).remedy()).isNotBlank());
  }

  @Test
  void shouldMissTheLimitsThatTheApplicationAsks() {
    environment.getPropertySources().remove("defaults");
    environment.getPropertySources().stream()
        .map(source -> source.getName())
        .filter(name -> name.contains("defaults"))
        .toList()
        .forEach(environment.getPropertySources()::remove);

    assertThatThrownBy(() -> NamedLimits.of(environment))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("is missing");
  }

  private void set(Map<String, Object> settings) {
    environment.getPropertySources().addFirst(new MapPropertySource("test", settings));
  }
}
