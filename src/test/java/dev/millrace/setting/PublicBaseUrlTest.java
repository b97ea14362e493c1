package dev.millrace.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicBaseUrlTest {

  @ParameterizedTest
  @CsvSource({
    "https://example.com,https://example.com",
    "https://example.com//,https://example.com",
    "' https://example.com/millrace/ ',https://example.com/millrace",
    "http://localhost:8080/,http://localhost:8080",
  })
  void shouldLeaveOneSlashBeforePathsHoweverItIsWritten(String set, String used) {
    assertThat(new PublicBaseUrl(set) + "/api").isEqualTo(used + "/api");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.com",
        "/millrace",
        "ftp://example.com",
        "https://",
        "https://a b",
        "https://example.com?a=b",
        "https://example.com#a",
      })
  void shouldNotStartWithABaseThatIsNoAddress(String base) {
    assertThatThrownBy(() -> new PublicBaseUrl(base))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("app.public-base-url")
        .hasMessageContaining(base);
  }

  @Test
  void shouldNotRepeatThePasswordOfABase() {
    assertThatThrownBy(() -> new PublicBaseUrl("https://ada:hidden@example.com"))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageNotContaining("hidden");
  }
}
