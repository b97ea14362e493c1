package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GsmTextTest {

  @ParameterizedTest
  @CsvSource({
    // character, how often, segments
    "a, 0, 0",
    "a, 160, 1",
    "a, 161, 2",
    "a, 306, 2",
    "a, 307, 3",
    "a, 459, 3",
    "a, 460, 4",
    // two septets each
    "€, 80, 1",
    "€, 81, 2",
    "[, 229, 3",
    "[, 230, 4",
    // one such character makes all of them wide
    "á, 70, 1",
    "á, 71, 2",
    "á, 201, 3",
    "á, 202, 4",
    "é, 160, 1",
    "ñ, 160, 1",
  })
  void shouldCountSegmentsAsNetworksDo(String character, int times, int segments) {
    String text = character.repeat(times);

    assertThat(GsmText.segments(text)).isEqualTo(segments);
    assertThat(GsmText.fits(text)).isEqualTo(segments <= 3);
  }

  @ParameterizedTest
  @CsvSource({
    "Zoë’s “place” – soon…, Zoë's \"place\" - soon...",
    "a\u00a0b\u202fc, a b c",
    "李小龍, 李小龍",
  })
  void shouldReplaceTypographyAndNoLetters(String text, String plain) {
    assertThat(GsmText.plain(text)).isEqualTo(plain);
  }

  @Property(tries = 500)
  void shouldNeverNeedMoreForPlainText(@ForAll String text) {
    assertThat(GsmText.plain(GsmText.plain(text))).isEqualTo(GsmText.plain(text));
    if (GsmText.isGsm(text)) {
      assertThat(GsmText.isGsm(GsmText.plain(text))).isTrue();
    }
  }

  @Test
  void shouldTakeALetterAndItsAccentForOneCharacter() {
    String text = GsmText.plain("Rene\u0301e");

    assertThat(text).isEqualTo("Ren\u00e9e");
    assertThat(GsmText.isGsm(text)).isTrue();
  }
}
