package dev.millrace.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestClock;
import dev.millrace.sandbox.calendar.EventDraft;
import dev.millrace.sandbox.calendar.Recurrence;
import java.io.IOException;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On which days a series takes place, as read with single events. */
class RecurrenceTest {

  private static Sandbox sandbox;
  private static Client client;
  private static SandboxUser user;
  private static String token;

  @BeforeAll
  static void start() throws IOException {
    sandbox =
        Sandbox.start(
            SandboxOptions.defaults().clock(new TestClock("2026-01-01T09:00:00Z")).withoutData());
    client = new Client(sandbox);
    user = sandbox.users().get(0);
    token = client.accessToken(user.calendarRefreshToken());
  }

  @AfterAll
  static void stop() {
    sandbox.close();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-30, FREQ=DAILY;COUNT=3, 2026-01-30 2026-01-31 2026-02-01",
    "2026-01-30, FREQ=DAILY;INTERVAL=10;UNTIL=20260219, 2026-01-30 2026-02-09 2026-02-19",
    "2026-01-30, FREQ=DAILY;INTERVAL=10;UNTIL=20260218T235959Z, 2026-01-30 2026-02-09",
    // 5 January 2026 is a Monday
    "2026-01-05, FREQ=WEEKLY;COUNT=3, 2026-01-05 2026-01-12 2026-01-19",
    "2026-01-07, 'FREQ=WEEKLY;BYDAY=FR,MO;COUNT=4', 2026-01-07 2026-01-09 2026-01-12 2026-01-16",
    "2026-01-05, 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;COUNT=4',"
        + " 2026-01-05 2026-01-11 2026-01-19 2026-01-25",
    "2026-01-31, FREQ=MONTHLY;COUNT=3, 2026-01-31 2026-03-31 2026-05-31",
    "2024-02-29, FREQ=YEARLY;COUNT=2, 2024-02-29 2028-02-29"
  })
  void aSeriesTakesPlaceOnTheseDays(LocalDate first, String rule, String days) throws IOException {
    String id =
        sandbox
            .calendars()
            .add(
                user.email(),
                "primary",
                EventDraft.allDay("Series", first, 1).repeating(Recurrence.parse(rule)));
    try {
      assertThat(
              client.calendar(token, "/calendars/primary/events", "singleEvents", "true").items())
          .extracting(item -> item.at("/start/date").asText())
          .containsExactly(days.split(" "));
    } finally {
      sandbox.calendars().delete(user.email(), "primary", id);
    }
  }

  @Test
  void anEndlessSeriesIsReadUpToTheEndOfTheWindowHoweverLongAgoItBegan() throws IOException {
    String id =
        sandbox
            .calendars()
            .add(
                user.email(),
                "primary",
                EventDraft.allDay("Daily", LocalDate.of(2015, 1, 1), 1)
                    .repeating(Recurrence.daily()));
    try {
      assertThat(
              client
                  .calendar(
                      token,
                      "/calendars/primary/events",
                      "singleEvents",
                      "true",
                      "timeMin",
                      "2026-03-01T12:00:00Z",
                      "timeMax",
                      "2026-03-03T12:00:00Z")
                  .items())
          .extracting(item -> item.at("/start/date").asText())
          .containsExactly("2026-03-01", "2026-03-02", "2026-03-03");
    } finally {
      sandbox.calendars().delete(user.email(), "primary", id);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FREQ=HOURLY",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;BYSETPOS=1",
        "weekly"
      })
  void rulesTheSandboxDoesNotKnowAreRefused(String rule) {
    assertThatThrownBy(() -> Recurrence.parse(rule)).isInstanceOf(IllegalArgumentException.class);
  }
}
