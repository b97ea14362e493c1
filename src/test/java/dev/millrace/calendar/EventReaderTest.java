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
    "Asia/Beirut,         2026-03-29, 2026-03-28T22:00:00Z, 2026-03-29T21:00:00Z, 23",
    "America/Santiago,    2026-09-06, 2026-09-06T04:00:00Z, 2026-09-07T03:00:00Z, 23",
    // a change of half an hour
    "Australia/Lord_Howe, 2026-04-05, 2026-04-04T13:00:00Z, 2026-04-05T13:30:00Z, 24",
    "Pacific/Kiritimati,  2026-03-02, 2026-03-01T10:00:00Z, 2026-03-02T10:00:00Z, 24",
    "Pacific/Apia,        2026-03-02, 2026-03-01T11:00:00Z, 2026-03-02T11:00:00Z, 24",
    "Pacific/Pago_Pago,   2026-03-02, 2026-03-02T11:00:00Z, 2026-03-03T11:00:00Z, 24",
    // the day before the one that Samoa left out, and the day after it
    "Pacific/Apia,        2011-12-29, 2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z, 24",
    "Pacific/Apia,        2011-12-31, 2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z, 24",
    "Pacific/Kwajalein,   1993-08-20, 1993-08-20T12:00:00Z, 1993-08-21T12:00:00Z, 24",
    // leap years: 2100 is none
    "Europe/Berlin,       2028-02-29, 2028-02-28T23:00:00Z, 2028-02-29T23:00:00Z, 24",
    "Pacific/Kiritimati,  2028-02-29, 2028-02-28T10:00:00Z, 2028-02-29T10:00:00Z, 24",
    "UTC,                 2026-03-02, 2026-03-02T00:00:00Z, 2026-03-03T00:00:00Z, 24",
  })
  void shouldBlockAllOfAHolidayFromLocalMidnightToLocalMidnight(
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
  void shouldNotBeBusyOnTheDayThatSamoaLeftOut() {
    EventRow row =
        read(
            """
            {"id":"a","start":{"date":"2011-12-30"},"end":{"date":"2011-12-31"}}""",
            "Pacific/Apia");

    assertThat(row.start()).isEqualTo(row.end()).isEqualTo(Instant.parse("2011-12-30T10:00:00Z"));
    assertThat(row.busy()).isFalse();
  }

  @Test
  void shouldBlockHolidaysAcrossTheLeapDayInFull() {
    EventRow row =
        read(
            """
            {"id":"a","start":{"date":"2028-02-28"},"end":{"date":"2028-03-01"}}""",
            "America/New_York");

    assertThat(Duration.between(row.start(), row.end())).isEqualTo(Duration.ofDays(2));
    assertThat(row.endDate()).isEqualTo(LocalDate.parse("2028-03-01"));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-08T02:30:00,             America/New_York, 2026-03-08T07:30:00Z",
    "2026-11-01T01:30:00,             America/New_York, 2026-11-01T05:30:00Z",
    "2026-03-02T10:00:00,             '',               2026-03-02T01:00:00Z",
    "2026-03-02T10:00:00.250-08:00,   America/New_York, 2026-03-02T18:00:00.250Z",
    "2026-03-02T10:00:00+05:45,       Asia/Kathmandu,   2026-03-02T04:15:00Z",
  })
  void shouldReadATimeWithoutOffsetInItsOwnZoneOrTheCalendars(
      String time, String zone, Instant instant) {
    EventRow row =
        read(
            """
            {"id":"a","start":{"dateTime":"%s"%s}}"""
                .formatted(time, zone.isEmpty() ? "" : ",\"timeZone\":\"" + zone + "\""),
            "Asia/Tokyo");

    assertThat(row.start()).isEqualTo(instant);
  }

  @Test
  void shouldKeepTheHourOfAMeetingWhateverTheZoneOfTheCalendar() {
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
