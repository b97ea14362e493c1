package dev.millrace.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.account.GoogleProperties;
import dev.millrace.account.Integration;
import dev.millrace.setting.PublicBaseUrl;
import dev.millrace.setting.RefusedSetting;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/** Where browsers are sent, and the cookie that they bring back. */
class ConnectAddressesTest {

  private static final URI NOWHERE = URI.create("http://localhost:9");
  private static final GoogleProperties GOOGLE =
      new GoogleProperties(
          URI.create("https://accounts.google.com/o/oauth2/v2/auth"),
          "https://accounts.google.com",
          NOWHERE,
          NOWHERE,
          NOWHERE,
          NOWHERE,
          "client & more",
          "secret",
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          DataSize.ofMegabytes(1),
          "");

  @ParameterizedTest
  @ValueSource(strings = {"https://mill.example", "https://mill.example/"})
  void shouldNameTheAddressThatGooglesConsoleHas(String base) {
    assertThat(addresses(base, "").callback(Integration.GOOGLE_CALENDAR))
        .isEqualTo("https://mill.example/api/calendar/oauth/callback");
    assertThat(addresses(base, "").authorize(Integration.GOOGLE_CONTACTS))
        .isEqualTo("https://mill.example/api/contacts/oauth/authorize");
  }

  @Test
  void shouldEncodeWhatStandsInGooglesAddress() {
    assertThat(
            addresses("https://mill.example", "")
                .consent(Integration.GOOGLE_CALENDAR, "s", "v", "ada+1@example.com", false))
        .startsWith("https://accounts.google.com/o/oauth2/v2/auth?client_id=client%20%26%20more&")
        .contains("&redirect_uri=https%3A%2F%2Fmill.example%2Fapi%2Fcalendar%2Foauth%2Fcallback&")
        .endsWith("&login_hint=ada%2B1%40example.com");
  }

  @ParameterizedTest
  @CsvSource({
    "'',https://mill.example/api/oauth/connected?integration=calendar&outcome=denied",
    "https://app.example/settings,"
        + "https://app.example/settings?integration=calendar&outcome=denied",
    "https://app.example/?tab=google,"
        + "https://app.example/?tab=google&integration=calendar&outcome=denied",
  })
  void shouldEndWhereTheSettingSays(String setting, String end) {
    assertThat(
            addresses("https://mill.example", setting)
                .end(Integration.GOOGLE_CALENDAR, ConnectOutcome.DENIED))
        .isEqualTo(end);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"settings", "javascript:alert(1)", "https://app.example/#x", "https:", "%"})
  void shouldRefuseAnEndThatIsNoPage(String setting) {
    assertThatThrownBy(() -> addresses("https://mill.example", setting))
        .isInstanceOf(RefusedSetting.class)
        .hasMessage("app.connected-url is " + setting + ", which is not the address of a page.");
  }

  @ParameterizedTest
  @CsvSource({"https://mill.example,true", "http://localhost:8080,false"})
  void shouldInsistOnHttpsForTheCookieWhereThereIsHttps(String base, boolean secure) {
    ConnectCookie cookie = new ConnectCookie(addresses(base, ""));
    PendingConnect pending =
        new PendingConnect(UUID.randomUUID(), Integration.GOOGLE_CALENDAR, "v", "h", false);

    String set = cookie.set(pending, "state", "nonce");

    assertThat(set.contains("; Secure")).isEqualTo(secure);
    assertThat(set).contains("; HttpOnly").contains("; SameSite=Lax").doesNotContain("=state");
    assertThat(cookie.clear(pending, "state")).contains("Max-Age=0");
    String sent = "other=1; " + set.split(";")[0] + "; more=2";
    assertThat(cookie.read(sent, "state")).isEqualTo("nonce");
    assertThat(cookie.read(sent, "another")).isNull();
    assertThat(cookie.read(null, "state")).isNull();
  }

  private static ConnectAddresses addresses(String base, String connectedUrl) {
    return new ConnectAddresses(GOOGLE, new PublicBaseUrl(base), connectedUrl);
  }
}
