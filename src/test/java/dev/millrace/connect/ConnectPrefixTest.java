package dev.millrace.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.account.Integration;
import dev.millrace.setting.PublicBaseUrl;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses behind a proxy. */
class ConnectPrefixTest {

  @ParameterizedTest
  @CsvSource({
    "https://example.com,/api/calendar/oauth/callback",
    "https://example.com/,/api/calendar/oauth/callback",
    "https://example.com/millrace/,/millrace/api/calendar/oauth/callback",
  })
  void shouldGetTheCookieBackBehindAProxyWithAPrefix(String base, String path) {
    ConnectAddresses addresses = new ConnectAddresses(null, new PublicBaseUrl(base), "");
    PendingConnect pending =
        new PendingConnect(UUID.randomUUID(), Integration.GOOGLE_CALENDAR, "v", "h", false);

    assertThat(addresses.callback(Integration.GOOGLE_CALENDAR))
        .isEqualTo("https://example.com" + path);
    assertThat(new ConnectCookie(addresses).set(pending, "state", "nonce"))
        .contains("Path=" + path + ";");
  }
}
