package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestClock;
import dev.millrace.account.Integration;
import dev.millrace.calendar.CalendarSync;
import dev.millrace.job.SandboxBeans;
import dev.millrace.sandbox.SandboxOptions;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.calendar.EventDraft;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From a day marked at Google to the times that are offered here. */
class OutOfOfficeDayTest {

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "America/New_York,    2027-03-14",
    "America/New_York,    2026-11-01",
    "Europe/Berlin,       2026-03-29",
    "Africa/Cairo,        2026-04-24",
    "Asia/Beirut,         2026-03-29",
    "Australia/Lord_Howe, 2026-10-04",
    "Pacific/Kiritimati,  2028-02-29",
    "Pacific/Apia,        2026-03-03",
    "UTC,                 2026-03-03",
  })
  void shouldOfferNoTimeOnADayOutOfOfficeAndAllOfTheDaysAroundIt(String zoneId, LocalDate day) {
    ZoneId zone = ZoneId.of(zoneId);
    Instant now = day.minusDays(3).atTime(12, 0).atZone(zone).toInstant();
    TimeZone server = TimeZone.getDefault();
    // wherever the server stands
    TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Pago_Pago"));
    try (SandboxBeans it =
        new SandboxBeans(
            SandboxOptions.defaults().clock(new TestClock(now)).withoutData(),
            Map.of(),
            "dev.millrace.account",
            "dev.millrace.calendar",
            "dev.millrace.suggestion")) {
      SandboxUser person = it.sandbox.users().get(0);
      UUID user = it.beans.rows().user(person.email(), zoneId);
      it.connect(person, user, Integration.GOOGLE_CALENDAR);
      it.sandbox.calendars().create(person.email(), "own", "Own", zone);
      sync(it, user);
      it.beans.jdbc().sql("UPDATE calendars SET selected = google_id = 'own'").update();
      it.sandbox
          .calendars()
          .add(person.email(), "own", EventDraft.allDay("Away", day, 1).type("outOfOffice"));
      it.sandbox
          .calendars()
          .add(
              person.email(),
              "own",
              EventDraft.timed(
                  "Lunch", day.plusDays(1).atTime(12, 0).atZone(zone), Duration.ofHours(1)));

      sync(it, user);

      List<TimeSpan> slots =
          it.beans
              .get(FreeTimes.class)
              .besidePromises(user, now, now.plus(Duration.ofDays(6)))
              .slots(
                  day.minusDays(1).atStartOfDay(zone).toInstant(),
                  day.plusDays(2).atStartOfDay(zone).toInstant());
      Set<LocalDate> days =
          slots.stream()
              .map(slot -> slot.start().atZone(zone).toLocalDate())
              .collect(Collectors.toSet());
      assertThat(days).containsExactlyInAnyOrder(day.minusDays(1), day.plusDays(1));
      assertThat(slots).hasSize(12 + 11);
      assertThat(slots)
          .noneMatch(
              slot -> slot.start().equals(day.plusDays(1).atTime(12, 0).atZone(zone).toInstant()));
    } finally {
      TimeZone.setDefault(server);
    }
  }

  private static void sync(SandboxBeans it, UUID user) {
    assertThat(
            it.beans
                .get(CalendarSync.class)
                .run(Map.of("userId", user.toString()), "job", 0)
                .skippedReason())
        .isNull();
  }
}
