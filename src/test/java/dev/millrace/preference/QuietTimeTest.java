package dev.millrace.preference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of quiet hours that another program stored. */
class QuietTimeTest {

  @ParameterizedTest
  @CsvSource({
    "21:00,08:00, 21:00,08:00",
    "20:00,09:15, 20:00,09:15",
    "23:00,06:00, 21:00,08:00",
    "23:00,10:00, 21:00,10:00",
    "19:30,06:00, 19:30,08:00",
    "01:00,06:00, 21:00,08:00",
    "06:00,10:00, 21:00,10:00",
    "19:00,23:00, 19:00,08:00",
    "12:00,14:00, 21:00,14:00",
    "12:00,12:00, 21:00,08:00",
    "00:00,23:59, 21:00,08:00",
    "12:00,11:30, 21:00,08:00"
  })
  void shouldTellWhatMayBeSentBack(
      LocalTime start, LocalTime end, LocalTime from, LocalTime until) {
    QuietTime told = new QuietTime(start, end).widened();

    assertThat(told).isEqualTo(new QuietTime(from, until));
    assertThat(told.allowed()).isTrue();
  }
}
