package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuietHoursTest {

  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  @ParameterizedTest
  @CsvSource({
    // from, to, moment (New York is five hours behind), next loud moment
    "21:00, 08:00, 2026-02-03T04:10:00Z, 2026-02-03T13:00:00Z",
    "21:00, 08:00, 2026-02-03T02:00:00Z, 2026-02-03T13:00:00Z",
    "21:00, 08:00, 2026-02-03T01:59:59Z, 2026-02-03T01:59:59Z",
    "21:00, 08:00, 2026-02-03T13:00:00Z, 2026-02-03T13:00:00Z",
    "12:00, 14:00, 2026-02-03T18:00:00Z, 2026-02-03T19:00:00Z",
    "12:00, 14:00, 2026-02-03T20:00:00Z, 2026-02-03T20:00:00Z",
    // nobody can choose less than 21:00 to 08:00
    "08:00, 08:00, 2026-02-03T09:00:00Z, 2026-02-03T13:00:00Z",
    "23:00, 06:00, 2026-02-03T11:30:00Z, 2026-02-03T13:00:00Z",
    "23:00, 06:00, 2026-02-03T02:30:00Z, 2026-02-03T13:00:00Z",
    // what follows on the night is quiet, too
    "08:00, 12:00, 2026-02-03T02:30:00Z, 2026-02-03T17:00:00Z",
    // nobody is loud at any hour: later than any message lives
    "06:00, 22:00, 2026-02-03T02:30:00Z, 2026-02-11T02:30:00Z",
    // clocks go forward in that night
    "21:00, 08:00, 2026-03-08T03:00:00Z, 2026-03-08T12:00:00Z",
  })
  void shouldPutOffToTheEndOfTheQuietHours(
      LocalTime from, LocalTime to, Instant moment, Instant loud) {
    assertThat(new QuietHours(from, to).nextLoud(moment, NEW_YORK)).isEqualTo(loud);
  }

  @Test
  void shouldKeepTheWeeklyDigestOnItsDayWhenClocksChange() {
    DigestSchedule skipped = new DigestSchedule(DayOfWeek.SUNDAY, LocalTime.of(2, 30), NEW_YORK);
    DigestSchedule repeated = new DigestSchedule(DayOfWeek.SUNDAY, LocalTime.of(1, 30), NEW_YORK);

    assertThat(skipped.dateAfter(LocalDate.parse("2027-03-07"))).isEqualTo("2027-03-14");
    assertThat(skipped.at(LocalDate.parse("2027-03-14"))).isEqualTo("2027-03-14T07:30:00Z");
    assertThat(repeated.at(LocalDate.parse("2026-11-01"))).isEqualTo("2026-11-01T05:30:00Z");
    assertThat(repeated.dateAfter(LocalDate.parse("2026-11-01"))).isEqualTo("2026-11-08");
  }
}
