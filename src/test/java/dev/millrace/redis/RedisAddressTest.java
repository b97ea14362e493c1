package dev.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.setting.RefusedSetting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisAddressTest {

  @ParameterizedTest
  @CsvSource({
    "redis://localhost, redis://localhost:6379",
    "redis://localhost:7000/2, redis://localhost:7000",
    "rediss://default:hunter2@eu1.example.com:6380, rediss://eu1.example.com:6380",
    "redis://:hunter2@10.0.0.7, redis://10.0.0.7:6379",
    "redis://[::1]:6379, redis://[::1]:6379",
  })
  void readsAnAddressAndShowsItWithoutCredentials(String value, String shown) {
    assertThat(RedisAddress.parse("REDIS_URL", value)).hasToString(shown);
  }

  @Test
  void writesTheDefaultPortOut() {
    assertThat(RedisAddress.parse("REDIS_URL", "redis://user:p%40ss@host/3").url())
        .isEqualTo("redis://user:p%40ss@host:6379/3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "localhost:6379|neither redis:// nor rediss://",
        "http://user:hunter2@host|neither redis:// nor rediss://",
        "redis://user:hunter2|names no host",
        "redis://user:hun ter2@host|not allowed at position",
        "redis://user:hunter2@host:99999|port 99999",
        "redis://user:hunter2@host:6379/jobs|not a database number",
        "redis://|not allowed at position",
      })
  void refusesAMalformedAddressByNameWithoutRepeatingIt(String value, String reason) {
    assertThatThrownBy(() -> RedisAddress.parse("REDIS_URL", value))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("REDIS_URL")
        .hasMessageContaining(reason)
        .hasNoCause()
        .satisfies(
            refusal -> {
              assertThat(((RefusedSetting) refusal).remedy()).contains("Set REDIS_URL to redis://");
              assertThat(refusal.toString()).doesNotContain("hunter2", "ter2");
            });
  }
}
