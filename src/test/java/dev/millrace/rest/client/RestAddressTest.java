package dev.millrace.rest.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.setting.RefusedSetting;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.unit.DataSize;

class RestAddressTest {

  @ParameterizedTest
  @CsvSource({
    "https://eu1-cat.upstash.io,https://eu1-cat.upstash.io",
    "https://eu1-cat.upstash.io/,https://eu1-cat.upstash.io",
    "http://localhost:8080/redis/,http://localhost:8080/redis",
    "HTTPS://host,HTTPS://host"
  })
  void shouldTakeAddressesWithoutTheSlashAtTheirEnd(String given, String taken) {
    assertThat(RestAddress.url("UPSTASH_REDIS_REST_URL", given)).isEqualTo(taken);
  }

  @ParameterizedTest
  @CsvSource({
    "redis://host:6379,the address for TCP",
    "rediss://user:hunter2@host,the address for TCP",
    "host.upstash.io,begins with neither https:// nor http://",
    "ftp://host,begins with neither https:// nor http://",
    "https://,position 8",
    "https:///path,names no host",
    "https://host:99999,names no host",
    "https://user:hunter2@host,more than scheme",
    "https://host?_token=hunter2,more than scheme",
    "'\"https://host\"',position 0",
    "https://ho st,position 10"
  })
  void shouldRefuseWhatIsNoAddress(String value, String problem) {
    assertThatThrownBy(() -> RestAddress.url("UPSTASH_REDIS_REST_URL", value))
        .isInstanceOfSatisfying(
            RefusedSetting.class,
            refused ->
                assertThat(refused.remedy())
                    .startsWith("Set UPSTASH_REDIS_REST_URL to")
                    .doesNotContain("hunter2"))
        .hasMessageStartingWith("UPSTASH_REDIS_REST_URL ")
        .hasMessageContaining(problem)
        .hasMessageNotContaining("hunter2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"hunter2\"", "'hunter2'", "hun ter2", "hunter\u00fc2", "hunter\n2"})
  void shouldRefuseTokensThatNoHeaderCanCarry(String token) {
    assertThatThrownBy(() -> RestAddress.token("UPSTASH_REDIS_REST_TOKEN", token))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageStartingWith("UPSTASH_REDIS_REST_TOKEN holds")
        .hasMessageNotContaining("hunter");
  }

  @ParameterizedTest
  @CsvSource({
    "'',http://localhost:8080/redis",
    "0.0.0.0,http://localhost:8080/redis",
    "127.0.0.1,http://127.0.0.1:8080/redis",
    "::1,http://[::1]:8080/redis"
  })
  void shouldFindItsOwnGatewayWhereTheServerListens(String address, String url) {
    MockEnvironment settings = new MockEnvironment().withProperty("server.address", address);

    assertThat(OwnGateway.url(settings, "8080")).isEqualTo(url);
  }

  @Test
  void shouldRefuseSettingsThatMakeNoSense() {
    assertThatThrownBy(() -> properties(Duration.ZERO, 16, Duration.ofSeconds(5)))
        .hasMessageContaining("redis.rest.timeout is PT0S");
    assertThatThrownBy(() -> properties(Duration.ofSeconds(2), 0, Duration.ofSeconds(5)))
        .hasMessageContaining("redis.rest.requests is 0");
    assertThatThrownBy(() -> properties(Duration.ofSeconds(2), 16, Duration.ofDays(1)))
        .hasMessageContaining("redis.rest.pause is PT24H");
    assertThat(properties(Duration.ofSeconds(2), 16, Duration.ofSeconds(5)).toString())
        .doesNotContain("hunter2");
  }

  private static RestProperties properties(Duration timeout, int requests, Duration pause) {
    return new RestProperties(
        "https://host",
        "hunter2",
        timeout,
        Duration.ZERO,
        requests,
        DataSize.ofMegabytes(1),
        pause);
  }
}
