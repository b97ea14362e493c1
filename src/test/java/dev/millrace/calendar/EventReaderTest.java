package dev.millrace.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which events block time, and from when to when. */
class EventReaderTest {

  private final ObjectMapper json = new ObjectMapper();

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "an ordinary meeting,            true,  ''",
    "shown as free,                  false, '\"transparency\":\"transparent\",'",
    "shown as busy,                  true,  '\"transparency\":\"opaque\",'",
    "declined,                       false, '\"attendees\":[{\"self\":true,\"responseStatus\":\"declined\"}],'",
    "declined by a guest,            true,  '\"attendees\":[{\"responseStatus\":\"declined\"},{\"self\":true,\"responseStatus\":\"accepted\"}],'",
    "not answered yet,               true,  '\"attendees\":[{\"self\":true,\"responseStatus\":\"needsAction\"}],'",
    "answered with maybe,            true,  '\"attendees\":[{\"self\":true,\"responseStatus\":\"tentative\"}],'",
    "tentative,                      true,  '\"status\":\"tentative\",'",
    "out of office,                  true,  '\"eventType\":\"outOfOffice\",'",
    "focus time,                     true,  '\"eventType\":\"focusTime\",'",
    "a birthday,                     false, '\"eventType\":\"birthday\",'",
    "a working location,             false, '\"eventType\":\"workingLocation\",'",
    "declined although out of office,false, '\"eventType\":\"outOfOffice\",\"attendees\":[{\"self\":true,\"responseStatus\":\"declined\"}],'",
  })
  void shouldKnowWhatBlocksTime(String what, boolean busy, String fields) {
    EventRow row =
        read(
            "{%s\"id\":\"a\",\"start\":{\"dateTime\":\"2026-03-02T10:00:00+01:00\"},\"end\":{\"dateTime\":\"2026-03-02T11:00:00+01:00\"}}"
                .formatted(fields),
            "UTC");

    assertThat(row.busy()).isEqualTo(busy);
  }

  @Test
  void shouldNotBeBusyForNoTime() {
    EventRow row =
        read(
            """
            {"id":"a","start":{"dateTime":"2026-03-02T10:00:00Z"},
             "end":{"dateTime":"2026-03-02T10:00:00Z"}}""",
            "UTC");

    assertThat(row.busy()).isFalse();
  }

  @ParameterizedTest(name = "{0} {1}: {2} to {3}, {4} hours")
  @CsvSource({
    // a day that is an hour short, and one that is an hour longer
    "America/New_York,    2026-03-08, 2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z, 23",
    "America/New_York,    2026-11-01, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z, 25",
    "Europe/Berlin,       2026-03-29, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z, 23",
    // midnight does not exist: the day begins at one
    "Africa/Cairo,        2026-04-24, 2026-04-23T22:00:00Z, 2026-04-24T21:00:00Z, 23",
    // midnight comes twice: the day begins with the first
    "America/Havana,      2026-11-01, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z, 25",
    // a change of half an hour
    "Australia/Lord_Howe, 2026-04-05, 2026-04-04T13:00:00Z, 2026-04-05T13:30:00Z, 24",
    "Pacific/Kiritimati,  2026-03-02, 2026-03-01T10:00:00Z, 2026-03-02T10:00:00Z, 24",
    "UTC,                 2026-03-02, 2026-03-02T00:00:00Z, 2026-03-03T00:00:00Z, 24",
  })
  void shouldLastFromLocalMidnightToLocalMidnight(
      String zone, String date, Instant start, Instant end, long hours) {
    EventRow row =
        read(
            """
            {"id":"a","eventType":"outOfOffice","start":{"date":"%s"},"end":{"date":"%s"}}"""
                .formatted(date, LocalDate.parse(date).plusDays(1)),
            zone);

    assertThat(row.busy()).isTrue();
    assertThat(row.allDay()).isTrue();
    assertThat(row.start()).isEqualTo(start);
    assertThat(row.end()).isEqualTo(end);
    assertThat(Duration.between(row.start(), row.end()).toHours()).isEqualTo(hours);
  }

  @Test
  void shouldTakeTheInstantOfATimedEventWhateverTheZone() {
    EventRow row =
        read(
            """
            {"id":"a","etag":"\\"1\\"","recurringEventId":"r","updated":"2026-03-01T00:00:00.123Z",
             "start":{"dateTime":"2026-11-01T01:30:00-05:00","timeZone":"America/New_York"},
             "end":{"dateTime":"2026-11-01T02:30:00-05:00"}}""",
            "Asia/Tokyo");

    assertThat(row.start()).isEqualTo(Instant.parse("2026-11-01T06:30:00Z"));
    assertThat(row.zone()).isEqualTo("America/New_York");
    assertThat(row.recurringId()).isEqualTo("r");
    assertThat(row.etag()).isEqualTo("\"1\"");
  }

  @Test
  void shouldLeaveOutAnEventWithoutReadableTimes() throws JsonProcessingException {
    for (String strange :
        new String[] {
          "{\"id\":\"a\"}",
          "{\"id\":\"a\",\"start\":{\"dateTime\":\"yesterday\"}}",
          "{\"id\":\"a\",\"start\":{\"date\":\"2026-02-31\"}}"
        }) {
      assertThat(EventReader.read(json.readTree(strange), ZoneId.of("UTC"))).isEmpty();
    }
  }

  @Test
  void shouldMendAnEndBeforeTheStart() {
    EventRow row =
        read(
            """
            {"id":"a","start":{"dateTime":"2026-03-02T10:00:00Z"},
             "end":{"dateTime":"2026-03-02T09:00:00Z"}}""",
            "UTC");

    assertThat(row.end()).isEqualTo(row.start());
    assertThat(row.busy()).isFalse();
  }

  private EventRow read(String text, String zone) {
    try {
      return EventReader.read(json.readTree(text), ZoneId.of(zone)).orElseThrow();
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
