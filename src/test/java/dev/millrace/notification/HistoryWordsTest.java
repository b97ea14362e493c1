package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryWordsTest {

  @ParameterizedTest
  @CsvSource({
    "resolved,settled",
    "answered,answered already",
    "superseded,newer message",
    "phone_not_usable,could not get text messages",
    "phone_removed,removed the phone number",
    "address_changed,address had changed",
    "switched_off,switched such messages off",
    "paused,paused",
    "quiet_hours,quiet hours",
    "expired,too late"
  })
  void shouldSayWhyAMessageWasNotSent(String reason, String words) {
    assertThat(HistoryWords.of("suppressed", reason)).startsWith("Not sent: ").contains(words);
  }

  @Test
  void shouldInventNoReason() {
    assertThat(HistoryWords.of("suppressed", null)).isEqualTo("Not sent");
    assertThat(HistoryWords.of("suppressed", "something_new")).isEqualTo("Not sent");
  }
}
