package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.NodeSession;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Next times are those of the cron-parser that BullMQ 6 brings: every pattern in every zone from
 * every start, twice in a row and each computed anew, as a chain of jobs does.
 */
class CronTest {

  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Europe/Berlin",
          "America/New_York",
          "America/St_Johns",
          "Australia/Sydney",
          "Africa/Cairo",
          "Asia/Kolkata");

  private static final List<String> STARTS =
      List.of(
          "2026-01-15T12:34:56.789Z",
          // Berlin, forwards and back
          "2026-03-28T20:00:00Z",
          "2026-03-29T00:59:30Z",
          "2026-10-25T00:30:00Z",
          "2026-10-25T01:10:00Z",
          // New York and St. John's
          "2026-03-08T05:30:00Z",
          "2026-11-01T04:30:00Z",
          "2026-11-01T06:15:00Z",
          // Sydney
          "2026-04-04T13:00:00Z",
          "2026-10-03T13:00:00Z",
          // Cairo, where the hour after midnight is left out
          "2026-04-23T20:00:00Z",
          "2026-12-31T23:59:00.001Z");

  private static final String NODE =
      """
      const { createRequire } = await import('node:module');
      const { CronExpressionParser } = createRequire(process.cwd() + '/x.js')('cron-parser');
      const [pattern, zones, starts] = args;
      return zones.flatMap((tz) => starts.map((start) => {
        const times = [];
        for (let from = Date.parse(start), i = 0; i < 2; i++) {
          try {
            from = CronExpressionParser.parse(pattern, { tz, currentDate: new Date(from) }).next().getTime();
          } catch (error) {
            break;
          }
          times.push(from);
        }
        return times;
      }));
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "* * * * *",
        "*/5 * * * *",
        "*/7 * * * *",
        "0 * * * *",
        "30 * * * *",
        "15,45 * * * *",
        "5/10 * * * *",
        "0 0 * * *",
        "0 1 * * *",
        "30 1 * * *",
        "0 2 * * *",
        "30 2 * * *",
        "0 3 * * *",
        "15 2,3 * * *",
        "0 2,14 * * *",
        "0 1-3 * * *",
        "45 1,2,3 * * *",
        "*/20 1-3 * * *",
        "0 0-23 * * *",
        "0 */2 * * *",
        "0 */6 * * *",
        "0 8/4 * * *",
        "*/15 8-18 * * 1-5",
        "0 22-23,0-1 * * *",
        "0 9 * * 1-5",
        "0 9 * * MON-FRI",
        "0 9 * * mon,Wed,fri",
        "0 0 * * 0",
        "0 0 * * 7",
        "0 0 * * SUN",
        "0 0 * * 5-7",
        "0 0 * * */2",
        "0 0 ? * 1",
        "0 0 1 * ?",
        "0 12 1 * *",
        "0 12 L * *",
        "0 12 L,15 * *",
        "0 12 * * 5L",
        "0 12 * * 1L,3L",
        "0 12 * * 1#2",
        "0 12 * * MON#1",
        "0 12 * * 5#5",
        "0 12 15 * 5#1",
        "0 12 L * 1",
        "0 0 1,15 * 5",
        "0 0 13 * FRI",
        "0 0 1-7 * 1",
        "0 0 1-31 * 1",
        "0 0 */2 * *",
        "0 0 */2 * 1",
        "0 0 10-20/3 * *",
        "0 0 31 * *",
        "0 0 29 2 *",
        "0 0 1 1 *",
        "0 0 1 JAN,JUL *",
        "0 0 * FEB *",
        "0 0 1 */3 *",
        "59 23 31 12 *",
        "* * * * * *",
        "*/10 * * * * *",
        "15-20 * * * * *",
        "0 */5 * * * *",
        "30 30 2 * * *",
        "0 0 12 * * 2",
        "10 4",
        "@yearly",
        "@annually",
        "@monthly",
        "@weekly",
        "@daily",
        "@hourly",
        "@minutely",
        "@secondly",
        "@weekdays",
        "@weekends"
      })
  void shouldFindTheTimesThatNodeFinds(String pattern) {
    JsonNode theirs = NodeSession.run(NODE, pattern, ZONES, STARTS);

    List<String> different = new ArrayList<>();
    int row = 0;
    for (String zone : ZONES) {
      CronPattern cron = CronPattern.of(pattern, zone);
      for (String start : STARTS) {
        List<Instant> wanted = new ArrayList<>();
        theirs.get(row++).forEach(time -> wanted.add(Instant.ofEpochMilli(time.asLong())));
        List<Instant> found = new ArrayList<>();
        Instant from = Instant.parse(start);
        for (int i = 0; i < 2; i++) {
          from = cron.next(from).orElseThrow();
          found.add(from);
        }
        if (!found.equals(wanted)) {
          different.add(zone + " from " + start + ": " + found + " instead of " + wanted);
        }
      }
    }
    assertThat(different).isEmpty();
  }

  /** The clock of Lord Howe moves by half an hour, at which cron-parser gives up. */
  @Test
  void shouldGoOnWhereTheClockMovesByHalfAnHour() {
    Instant before = Instant.parse("2026-04-04T13:00:00Z");

    assertThat(
            NodeSession.run(
                NODE, "0 3 * * *", List.of("Australia/Lord_Howe"), List.of(before.toString())))
        .hasToString("[[]]");
    assertThat(CronPattern.of("0 3 * * *", "Australia/Lord_Howe").next(before))
        .contains(Instant.parse("2026-04-04T16:30:00Z"));
  }

  @Test
  void shouldSayThatAPatternNeverComes() {
    assertThat(CronPattern.of("0 0 30 2 *", "UTC").next(Instant.now())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "utc            | 2026-01-15T03:00:00Z",
        "europe/berlin  | 2026-01-15T02:00:00Z",
        "utc+2          | 2026-01-15T01:00:00Z",
        "UTC-05:30      | 2026-01-15T08:30:00Z",
      })
  void shouldReadTheZonesThatNodeReads(String zone, String first) {
    String start = "2026-01-14T23:00:00Z";

    assertThat(CronPattern.of("0 3 * * *", zone).next(Instant.parse(start)))
        .contains(Instant.parse(first));
    assertThat(
            NodeSession.run(NODE, "0 3 * * *", List.of(zone), List.of(start)).at("/0/0").asLong())
        .isEqualTo(Instant.parse(first).toEpochMilli());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "61 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * 32 * *",
        "* * * 13 *",
        "* * * * 8",
        "* * * * FOO",
        "* * * * 1#6",
        "*/0 * * * *",
        "5-1 * * * *",
        "0 0 * * FRI-MON",
        "1,,2 * * * *",
        "a b c d e",
        "* * * * * * *",
        "H * * * *",
        "H(0-30)/5 * * * *",
        "@fortnightly"
      })
  void shouldRefuseWhatIsNoPatternAndSayHowToWriteOne(String pattern) {
    assertThatThrownBy(() -> CronPattern.of(pattern, "UTC"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("pattern \"" + pattern + "\" is not a cron pattern: ")
        .hasMessageEndingWith(
            "write five fields (minute hour day month weekday), or six with seconds in front");
  }

  @Test
  void shouldRefuseAZoneThatThereIsNot() {
    assertThatThrownBy(() -> CronPattern.of("* * * * *", "Europe/Berlim"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "tz \"Europe/Berlim\" is not a time zone; write a name such as Europe/Berlin or UTC");
  }
}
