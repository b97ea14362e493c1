package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds of free time in whatever zone, on whatever day, by whatever rules. */
class FreeTimePropertyTest {

  private static final List<String> ZONES =
      List.copyOf(new TreeSet<>(ZoneId.getAvailableZoneIds()));
  private static final LocalTime NINE = LocalTime.of(9, 0);
  private static final LocalTime TWENTY_ONE = LocalTime.of(21, 0);
  private static final Duration AROUND = Duration.ofDays(2);

  /** Somebody's days around a moment at which clocks change, where they ever do. */
  record Days(
      ZoneId zone, Instant from, Instant until, List<AvailabilityRule> rules, List<TimeSpan> busy) {

    FreeTime free() {
      return new FreeTime(zone, rules, busy);
    }

    /** Minute by minute on the wall clock, as a person would look it up. */
    boolean isFree(Instant start, Instant end) {
      if (start.isBefore(from) || end.isAfter(until)) {
        return false;
      }
      TimeSpan span = new TimeSpan(start, end);
      if (busy.stream()
          .anyMatch(taken -> taken.start().isBefore(taken.end()) && taken.overlaps(span))) {
        return false;
      }
      for (Instant at = start; at.isBefore(end); at = at.plusSeconds(60)) {
        if (!isOpen(at.atZone(zone).toLocalDateTime())) {
          return false;
        }
      }
      return true;
    }

    private boolean isOpen(LocalDateTime wall) {
      boolean restricted =
          rules.stream().anyMatch(rule -> rule.kind() == AvailabilityRule.Kind.AVAILABLE);
      return !wall.toLocalTime().isBefore(NINE)
          && wall.toLocalTime().isBefore(TWENTY_ONE)
          && (!restricted
              || rules.stream()
                  .anyMatch(
                      rule ->
                          rule.kind() == AvailabilityRule.Kind.AVAILABLE && applies(rule, wall)))
          && rules.stream()
              .noneMatch(
                  rule -> rule.kind() != AvailabilityRule.Kind.AVAILABLE && applies(rule, wall));
    }

    private static boolean applies(AvailabilityRule rule, LocalDateTime wall) {
      for (LocalDate day : List.of(wall.toLocalDate().minusDays(1), wall.toLocalDate())) {
        if (rule.day() != null && rule.day() != day.getDayOfWeek()) {
          continue;
        }
        LocalDateTime start = day.atTime(rule.start());
        LocalDateTime end =
            day.atTime(rule.end()).plusDays(rule.start().isBefore(rule.end()) ? 0 : 1);
        if (!wall.isBefore(start) && wall.isBefore(end)) {
          return true;
        }
      }
      return false;
    }
  }

  @Property(tries = 400)
  void shouldOfferOnlyTimeThatIsFreeOnTheWallAndStartsOnAQuarter(@ForAll("days") Days days) {
    List<TimeSpan> slots = days.free().slots(days.from(), days.until());

    for (TimeSpan slot : slots) {
      assertThat(days.isFree(slot.start(), slot.end())).as("%s in %s", slot, days).isTrue();
      ZonedDateTime wall = slot.start().atZone(days.zone());
      assertThat(wall.getMinute() % 15).isZero();
      assertThat(wall.getSecond()).isZero();
      assertThat(slot.length()).isIn(FreeTime.USUAL_LENGTH, FreeTime.SHORTEST);
      assertThat(days.free().allows(slot)).isTrue();
    }
    for (int next = 1; next < slots.size(); next++) {
      assertThat(slots.get(next).start()).isAfterOrEqualTo(slots.get(next - 1).end());
    }
  }

  @Property(tries = 200)
  void shouldLeaveNoFreeHalfHourUnused(@ForAll("days") Days days) {
    List<TimeSpan> slots = days.free().slots(days.from(), days.until());

    Instant start = days.free().nextQuarter(days.from());
    while (start.isBefore(days.until())) {
      TimeSpan half = new TimeSpan(start, start.plus(FreeTime.SHORTEST));
      if (days.isFree(half.start(), half.end())) {
        assertThat(slots).as("%s in %s", half, days).anyMatch(half::overlaps);
      }
      start = days.free().nextQuarter(start.plusSeconds(1));
    }
  }

  @Property(tries = 100)
  void shouldNotDependOnTheOrderInWhichRowsAreRead(
      @ForAll("days") Days days, @ForAll Random random) {
    List<TimeSpan> busy = new ArrayList<>(days.busy());
    List<AvailabilityRule> rules = new ArrayList<>(days.rules());
    Collections.shuffle(busy, random);
    Collections.shuffle(rules, random);

    assertThat(new FreeTime(days.zone(), rules, busy).slots(days.from(), days.until()))
        .isEqualTo(days.free().slots(days.from(), days.until()));
  }

  @Property(tries = 200)
  void shouldNeverOfferTwoThingsAtOnceNorMoreThanTwoOnADay(
      @ForAll("days") Days days, @ForAll Random random) {
    List<Promise> promises = new ArrayList<>();
    for (TimeSpan slot : days.free().slots(days.from(), days.until())) {
      if (random.nextInt(8) == 0) {
        promises.add(new Promise(UUID.randomUUID(), random.nextBoolean(), true, slot));
      }
    }
    Timetable timetable =
        new Timetable(
            days.zone(),
            days.rules(),
            days.busy().stream().map(span -> new BusyTime(span, "event", null)).toList(),
            promises);
    Map<LocalDate, Integer> byDay = new HashMap<>();
    promises.forEach(promise -> byDay.merge(date(promise.slot(), days), 1, Integer::sum));
    List<TimeSpan> given = new ArrayList<>(promises.stream().map(Promise::slot).toList());
    Openings openings = timetable.openings(days.from(), days.until(), null);

    for (int draw = 0; draw < 12; draw++) {
      Optional<TimeSpan> slot =
          random.nextInt(3) == 0 ? openings.next(MeetingGroup.LENGTH_OF_THREE) : openings.next();
      if (slot.isEmpty()) {
        continue;
      }
      if (random.nextInt(4) == 0) {
        openings.lost(slot.get());
        continue;
      }
      openings.offered(slot.get());
      assertThat(days.isFree(slot.get().start(), slot.get().end())).isTrue();
      assertThat(given).noneMatch(slot.get()::overlaps);
      assertThat(byDay.merge(date(slot.get(), days), 1, Integer::sum))
          .isLessThanOrEqualTo(Openings.MOST_PER_LOCAL_DAY);
      given.add(slot.get());
    }
  }

  private static LocalDate date(TimeSpan slot, Days days) {
    return slot.start().atZone(days.zone()).toLocalDate();
  }

  @Provide
  Arbitrary<Days> days() {
    Arbitrary<ZoneId> zones = Arbitraries.of(ZONES).map(ZoneId::of);
    return zones.flatMap(
        zone ->
            Combinators.combine(
                    Arbitraries.longs().between(1_577_836_800L, 1_893_456_000L),
                    Arbitraries.of(true, true, false),
                    rule().list().ofMaxSize(4),
                    Arbitraries.longs()
                        .between(-AROUND.toSeconds(), AROUND.toSeconds())
                        .tuple2()
                        .list()
                        .ofMaxSize(8))
                .as(
                    (second, nearChange, rules, spans) -> {
                      Instant middle = near(zone, second, nearChange);
                      return new Days(
                          zone,
                          middle.minus(AROUND),
                          middle.plus(AROUND),
                          rules,
                          spans.stream()
                              .map(
                                  span ->
                                      new TimeSpan(
                                          middle.plusSeconds(span.get1()),
                                          middle.plusSeconds(
                                              span.get1() + Math.abs(span.get2()) / 20)))
                              .toList());
                    }));
  }

  private static Instant near(ZoneId zone, long second, boolean change) {
    Instant moment = Instant.ofEpochSecond(second);
    ZoneOffsetTransition next = change ? zone.getRules().nextTransition(moment) : null;
    return next == null ? moment : next.getInstant();
  }

  private static Arbitrary<AvailabilityRule> rule() {
    Arbitrary<LocalTime> times =
        Arbitraries.integers()
            .between(0, 1439)
            .map(minute -> LocalTime.ofSecondOfDay(minute * 60L));
    return Combinators.combine(
            Arbitraries.of(AvailabilityRule.Kind.class),
            Arbitraries.of(DayOfWeek.class).injectNull(0.5),
            times,
            times)
        .as(AvailabilityRule::new);
  }
}
