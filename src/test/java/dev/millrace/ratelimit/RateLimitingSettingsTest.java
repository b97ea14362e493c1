package dev.millrace.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.setting.RefusedSetting;
import dev.millrace.setting.Switch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

/** Settings that would switch limits off, or let anybody choose an address, without a word. */
class RateLimitingSettingsTest {

  private static final String PROXIES = "server.tomcat.remoteip.internal-proxies";

  private final MockEnvironment environment = new MockEnvironment();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/**",
        "/api/*",
        "/api/",
        "/api/{any}/**",
        "/api/?x",
        "/api//x",
        "/other",
        "/api/x/{",
      })
  void shouldRefuseExemptionsOfEverything(String path) {
    assertThatThrownBy(() -> exempt(path))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageStartingWith("millrace.rate-limiting.exempt has \"" + path + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/webhooks/**", "/api/sms/{kind}", "/api/status"})
  void shouldTakeExemptionsOfSomething(String path) {
    assertThat(exempt(path).exempt()).containsExactly(path);
  }

  @ParameterizedTest
  @CsvSource({"true,true", "TRUE,true", "' true ',true", "false,false", "'',false", ",false"})
  void shouldReadASwitch(String value, boolean on) {
    assertThat(Switch.isOn("DISABLE_RATE_LIMITING", value)).isEqualTo(on);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes please", "1", "on", "tru"})
  void shouldRefuseWordsThatAreNoSwitch(String value) {
    assertThatThrownBy(() -> Switch.isOn("DISABLE_RATE_LIMITING", value))
        .isInstanceOf(RefusedSetting.class)
        .hasMessage(
            "DISABLE_RATE_LIMITING is \"%s\", which is neither true nor false.".formatted(value));
  }

  @ParameterizedTest
  @CsvSource({
    "server.forward-headers-strategy,framework",
    "server.forward-headers-strategy,FRAMEWORK",
    "server.forward-headers-strategy,native",
    "server.tomcat.remoteip.remote-ip-header,X-Real-IP",
    "server.tomcat.remoteip.protocol-header,X-Forwarded-Proto",
    // A cloud without a strategy of its own is believed by Boot.
    "spring.main.cloud-platform,heroku",
  })
  void shouldRefuseToBelieveAddressesOfAnybody(String setting, String value) {
    environment.setProperty(setting, value);

    assertThatThrownBy(() -> ForwardedAddresses.check(environment))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("X-Forwarded-For")
        .satisfies(
            refused -> assertThat(((RefusedSetting) refused).remedy()).contains("Set it to"));
  }

  @Test
  void shouldBelieveProxiesThatAreNamed() {
    environment
        .withProperty("server.forward-headers-strategy", "native")
        .withProperty(PROXIES, "10\\.0\\.0\\.7");

    assertThatCode(() -> ForwardedAddresses.check(environment)).doesNotThrowAnyException();
  }

  @Test
  void shouldBelieveNobodyWithoutComplaint() {
    environment.setProperty("server.forward-headers-strategy", "none");

    assertThatCode(() -> ForwardedAddresses.check(environment)).doesNotThrowAnyException();
  }

  private static RateLimitingProperties exempt(String path) {
    return new RateLimitingProperties(
        true, 100, Duration.ofMinutes(5), Duration.ofSeconds(30), List.of(path));
  }
}
