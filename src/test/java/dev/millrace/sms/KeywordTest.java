package dev.millrace.sms;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeywordTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "STOP",
        " stop. ",
        "s t o p",
        "Stop all",
        "opt out",
        "opt-out please",
        "\uFF33\uFF34\uFF2F\uFF30",
        "stop please",
        "please stop",
        "Please, stop it!",
        "stop texting me",
        "can you stop sending me these messages",
        "I want to unsubscribe",
        "Stop it, whoever you are",
        "please cancel",
        "cancel my subscription",
        "end these texts now",
        "revoke my consent",
        "no more texts",
        "Don't text me",
        "please remove me"
      })
  void shouldHearStopInAnyReasonableWording(String text) {
    assertThat(Keyword.of(sms(text, ""))).isEqualTo(Keyword.STOP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?",
        "\uD83D\uDED1",
        "don't stop",
        "the end of the week",
        "cancel 1",
        "1 stop",
        "Cancel Tuesday",
        "never quit dreaming",
        "nonstop"
      })
  void shouldNotHearStopInAnythingElse(String text) {
    assertThat(Keyword.of(sms(text, ""))).isEqualTo(Keyword.NONE);
  }

  @Test
  void shouldGoByWhatTwilioTookItFor() {
    assertThat(Keyword.of(sms("ALTO", "STOP"))).isEqualTo(Keyword.STOP);
    assertThat(Keyword.of(sms("stop", "HELP"))).isEqualTo(Keyword.HELP);
  }

  @Test
  void shouldKnowWhichTextsTwilioHearsByItself() {
    assertThat(Keyword.alone(" Stop ")).isTrue();
    assertThat(Keyword.alone("info")).isTrue();
    assertThat(Keyword.alone("stop please")).isFalse();
    assertThat(Keyword.alone("1")).isFalse();
  }

  private static InboundSms sms(String text, String optOut) {
    return new InboundSms("SM1", "+12025550123", text, optOut);
  }
}
