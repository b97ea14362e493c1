package dev.millrace.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.setting.RefusedSetting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedNumbersTest {

  @ParameterizedTest
  @CsvSource({
    "'',+882123456789,true",
    "'+1, +44',+12025550123,true",
    "'+1, +44',+442079460123,true",
    "'+1, +44',+4915112345678,false",
    "44,+442079460123,true",
    "+1202,+12125550123,false",
  })
  void shouldSendCodesOnlyWhereTheSettingSays(String prefixes, String number, boolean allowed) {
    assertThat(new AllowedNumbers(prefixes).allow(number)).isEqualTo(allowed);
  }

  @Test
  void shouldNameThemToWhoeverIsRefused() {
    assertThat(new AllowedNumbers("+1,+44").words()).isEqualTo("+1 or +44");
  }

  @ParameterizedTest
  @ValueSource(strings = {"US", "+", "+0", "++1", "+1;+44", "+12025550123456"})
  void shouldNotStartWithWhatBeginsNoNumber(String prefixes) {
    assertThatThrownBy(() -> new AllowedNumbers(prefixes))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("millrace.sms.allowed-prefixes has \"" + prefixes + "\"");
  }
}
