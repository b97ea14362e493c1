package dev.millrace.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.account.Integration;
import dev.millrace.setting.RefusedSetting;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses behind a proxy, and those that are none. */
class PublicBaseUrlTest {

  @ParameterizedTest
  @CsvSource({
    "https://example.com,/api/calendar/oauth/callback",
    "https://example.com/,/api/calendar/oauth/callback",
    "https://example.com/millrace/,/millrace/api/calendar/oauth/callback",
  })
  void shouldGetTheCookieBackBehindAProxyWithAPrefix(String base, String path) {
    ConnectAddresses addresses = new ConnectAddresses(null, base, "");
    PendingConnect pending =
        new PendingConnect(UUID.randomUUID(), Integration.GOOGLE_CALENDAR, "v", "h", false);

    assertThat(addresses.callback(Integration.GOOGLE_CALENDAR))
        .isEqualTo("https://example.com" + path);
    assertThat(new ConnectCookie(addresses).set(pending, "state", "nonce"))
        .contains("Path=" + path + ";");
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
    assertThatThrownBy(() -> new ConnectAddresses(null, base, ""))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("app.public-base-url")
        .hasMessageContaining(base);
  }

  @Test
  void shouldNotRepeatThePasswordOfABase() {
    assertThatThrownBy(() -> new ConnectAddresses(null, "https://ada:hidden@example.com", ""))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageNotContaining("hidden");
  }
}
