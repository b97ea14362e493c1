package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreeTimeTest {

  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  @Test
  void shouldOfferTheLocalDayFromNineToTwentyOneInHours() {
    FreeTime free = new FreeTime(NEW_YORK, List.of(), List.of());

    List<TimeSpan> slots = free.slots(at("2026-03-03T00:00:00Z"), at("2026-03-04T04:00:00Z"));

    // local: until 21:00 (EST) on the 2nd, then 9:00 to 21:00 on the 3rd
    assertThat(slots.getFirst()).isEqualTo(span("2026-03-03T00:00:00Z", "2026-03-03T01:00:00Z"));
    assertThat(slots.get(2)).isEqualTo(span("2026-03-03T14:00:00Z", "2026-03-03T15:00:00Z"));
    assertThat(slots.getLast()).isEqualTo(span("2026-03-04T01:00:00Z", "2026-03-04T02:00:00Z"));
    assertThat(slots).hasSize(14);
  }

  @Test
  void shouldBeginAtNineOnTheWallOnTheDayThatClocksChange() {
    FreeTime free = new FreeTime(NEW_YORK, List.of(), List.of());

    List<TimeSpan> slots = free.slots(at("2026-03-07T05:00:00Z"), at("2026-03-09T03:59:00Z"));

    assertThat(slots)
        .extracting(slot -> slot.start().atZone(NEW_YORK).toLocalTime())
        .allMatch(time -> !time.isBefore(LocalTime.of(9, 0)) && time.isBefore(LocalTime.of(21, 0)));
    assertThat(slots).contains(span("2026-03-07T14:00:00Z", "2026-03-07T15:00:00Z"));
    assertThat(slots).contains(span("2026-03-08T13:00:00Z", "2026-03-08T14:00:00Z"));
    assertThat(slots).hasSize(24);
  }

  @Test
  void shouldOfferHalfAnHourWhereAGapHasNoRoomForMore() {
    FreeTime free =
        new FreeTime(
            ZoneId.of("UTC"),
            List.of(),
            List.of(
                span("2026-03-03T09:00:00Z", "2026-03-03T10:05:00Z"),
                span("2026-03-03T10:50:00Z", "2026-03-03T21:00:00Z")));

    assertThat(free.slots(at("2026-03-03T00:00:00Z"), at("2026-03-03T23:00:00Z")))
        .containsExactly(span("2026-03-03T10:15:00Z", "2026-03-03T10:45:00Z"));
  }

  @Test
  void shouldOfferNothingOnADayThatABusyEventCovers() {
    FreeTime free =
        new FreeTime(
            NEW_YORK, List.of(), List.of(span("2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z")));

    assertThat(free.slots(at("2026-03-08T05:00:00Z"), at("2026-03-09T04:00:00Z"))).isEmpty();
  }

  @Test
  void shouldKeepToRulesEvenOverMidnight() {
    List<AvailabilityRule> rules =
        List.of(
            rule(AvailabilityRule.Kind.AVAILABLE, DayOfWeek.MONDAY, "18:00", "23:00"),
            rule(AvailabilityRule.Kind.AVAILABLE, DayOfWeek.TUESDAY, "09:00", "12:00"),
            rule(AvailabilityRule.Kind.NIGHT, null, "20:00", "10:00"),
            rule(AvailabilityRule.Kind.COMMUTE, DayOfWeek.TUESDAY, "11:00", "11:30"));
    FreeTime free = new FreeTime(ZoneId.of("UTC"), rules, List.of());

    // Monday the 2nd to Wednesday the 4th; Wednesday has no rule that opens it
    assertThat(free.slots(at("2026-03-02T00:00:00Z"), at("2026-03-05T00:00:00Z")))
        .containsExactly(
            span("2026-03-02T18:00:00Z", "2026-03-02T19:00:00Z"),
            span("2026-03-02T19:00:00Z", "2026-03-02T20:00:00Z"),
            span("2026-03-03T10:00:00Z", "2026-03-03T11:00:00Z"),
            span("2026-03-03T11:30:00Z", "2026-03-03T12:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Asia/Kathmandu", "Australia/Eucla", "+05:37", "-00:44:30", "+12:45:59"})
  void shouldBeginOnAQuarterOfTheWallClockWhateverTheOffset(String zoneId) {
    ZoneId zone = ZoneId.of(zoneId);
    FreeTime free =
        new FreeTime(
            zone, List.of(), List.of(span("2026-03-02T00:00:00Z", "2026-03-03T09:07:01Z")));

    List<TimeSpan> slots = free.slots(at("2026-03-02T00:00:00Z"), at("2026-03-06T00:00:00Z"));

    assertThat(slots)
        .hasSizeGreaterThan(20)
        .extracting(slot -> slot.start().atZone(zone).toLocalTime())
        .allMatch(time -> time.getMinute() % 15 == 0 && time.getSecond() == 0)
        .contains(LocalTime.of(9, 0), LocalTime.of(20, 0));
  }

  @Test
  void shouldOfferTheDayThatIsLeftOutOfACalendarNowhere() {
    // Samoa went from the 29th to the 31st of December
    ZoneId apia = ZoneId.of("Pacific/Apia");
    FreeTime free = new FreeTime(apia, List.of(), List.of());

    List<TimeSpan> slots = free.slots(at("2011-12-29T10:00:00Z"), at("2011-12-31T10:00:00Z"));

    assertThat(slots).doesNotHaveDuplicates().hasSize(24);
    assertThat(slots)
        .extracting(slot -> slot.start().atZone(apia).getDayOfMonth())
        .containsOnly(29, 31);
  }

  @Test
  void shouldTellWhetherASlotStillFits() {
    FreeTime free =
        new FreeTime(
            ZoneId.of("UTC"),
            List.of(),
            List.of(span("2026-03-03T12:00:00Z", "2026-03-03T13:00:00Z")));

    assertThat(free.allows(span("2026-03-03T13:00:00Z", "2026-03-03T14:00:00Z"))).isTrue();
    assertThat(free.allows(span("2026-03-03T12:45:00Z", "2026-03-03T13:45:00Z"))).isFalse();
    assertThat(free.allows(span("2026-03-03T20:30:00Z", "2026-03-03T21:30:00Z"))).isFalse();
  }

  @Test
  void shouldUniteWhatTouchesAndCutOutWhatIsTaken() {
    TimeSpan morning = span("2026-03-03T09:00:00Z", "2026-03-03T12:00:00Z");
    TimeSpan noon = span("2026-03-03T12:00:00Z", "2026-03-03T13:00:00Z");

    assertThat(TimeSpan.union(List.of(noon, morning)))
        .containsExactly(span("2026-03-03T09:00:00Z", "2026-03-03T13:00:00Z"));
    assertThat(
            TimeSpan.without(
                List.of(morning),
                List.of(
                    span("2026-03-03T10:00:00Z", "2026-03-03T10:30:00Z"),
                    span("2026-03-03T08:00:00Z", "2026-03-03T09:15:00Z"),
                    noon)))
        .containsExactly(
            span("2026-03-03T09:15:00Z", "2026-03-03T10:00:00Z"),
            span("2026-03-03T10:30:00Z", "2026-03-03T12:00:00Z"));
    assertThat(morning.length()).isEqualTo(Duration.ofHours(3));
  }

  private static AvailabilityRule rule(
      AvailabilityRule.Kind kind, DayOfWeek day, String start, String end) {
    return new AvailabilityRule(kind, day, LocalTime.parse(start), LocalTime.parse(end));
  }

  private static TimeSpan span(String start, String end) {
    return new TimeSpan(at(start), at(end));
  }

  private static Instant at(String instant) {
    return Instant.parse(instant);
  }
}
