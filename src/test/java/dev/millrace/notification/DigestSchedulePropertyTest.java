package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.notification.DigestSchedule.Occurrence;
import dev.millrace.notification.Zones.Place;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A user's digests over weeks of travel, changed minds and downtimes. */
class DigestSchedulePropertyTest {

  /**
   * What happens next in a user's life.
   *
   * @param after the last thing that happened
   * @param changed null where the program was only away meanwhile
   */
  record Step(Duration after, DigestSchedule changed) {}

  @Property(tries = 1_000)
  void shouldNeverGiveALocalDateTwoDigestsNorLeaveAWeekOut(
      @ForAll("places") Place start,
      @ForAll("schedules") DigestSchedule first,
      @ForAll("steps") List<Step> steps) {
    Life life = new Life(start.moment(), first);
    steps.forEach(life::live);
  }

  @Property(tries = 1_000)
  void shouldBeDueAtTheWallTimeOfItsDate(
      @ForAll("places") Place place, @ForAll("schedules") DigestSchedule any) {
    DigestSchedule schedule = new DigestSchedule(any.day(), any.time(), place.zone());

    Occurrence next = schedule.next(place.moment(), null, null);

    assertThat(next.at()).isAfter(place.moment());
    assertThat(next.date().getDayOfWeek()).isEqualTo(schedule.day());
    LocalDateTime wall = next.date().atTime(schedule.time());
    LocalDateTime shown = LocalDateTime.ofInstant(next.at(), place.zone());
    ZoneRules rules = place.zone().getRules();
    List<?> offsets = rules.getValidOffsets(wall);
    if (offsets.isEmpty()) {
      Duration gap = rules.getTransition(wall).getDuration();
      assertThat(shown).as("skipped by the clocks").isEqualTo(wall.plus(gap));
    } else {
      assertThat(shown).isEqualTo(wall);
      assertThat(rules.getOffset(next.at())).as("the first time").isEqualTo(offsets.getFirst());
    }
  }

  /** Keeps dates as the preferences of a user do. */
  private static final class Life {

    private Instant now;
    private DigestSchedule schedule;
    private Occurrence next;
    private LocalDate lastDate;
    private Instant lastAt;

    Life(Instant now, DigestSchedule schedule) {
      this.now = now;
      this.schedule = schedule;
      this.next = schedule.next(now, null, null);
    }

    void live(Step step) {
      Instant until = now.plus(step.after());
      if (step.changed() != null) {
        while (!next.at().isAfter(until)) {
          write(next.at());
        }
        now = until;
        schedule = step.changed();
        next = schedule.next(now, lastDate, lastAt);
        bounded();
      } else {
        now = until;
        if (!next.at().isAfter(until)) {
          write(until);
        }
      }
    }

    private void write(Instant moment) {
      ZoneId zone = schedule.zone();
      LocalDate local = LocalDate.ofInstant(moment, zone);
      if (lastAt != null) {
        assertThat(next.date()).as("dates of digests").isAfter(lastDate);
        assertThat(local).as("local dates here").isAfter(LocalDate.ofInstant(lastAt, zone));
      }
      lastDate = next.date();
      lastAt = moment;
      now = moment;
      next = schedule.next(moment, lastDate, lastAt);
      bounded();
    }

    /** Within a week of today, or of the last digest where that one's date is ahead of it. */
    private void bounded() {
      LocalDate latest = LocalDate.ofInstant(now, schedule.zone());
      if (lastDate != null && lastDate.isAfter(latest)) {
        latest = lastDate;
      }
      assertThat(next.at()).isAfter(now);
      assertThat(next.date()).isBeforeOrEqualTo(latest.plusWeeks(1));
    }
  }

  @Provide
  Arbitrary<Place> places() {
    return Zones.places();
  }

  @Provide
  Arbitrary<DigestSchedule> schedules() {
    return Combinators.combine(Arbitraries.of(DayOfWeek.values()), Zones.times(), Zones.zones())
        .as(DigestSchedule::new);
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Duration> pauses =
        Arbitraries.longs().between(60, Duration.ofDays(16).toSeconds()).map(Duration::ofSeconds);
    return Combinators.combine(pauses, schedules().injectNull(0.3))
        .as(Step::new)
        .list()
        .ofMinSize(2)
        .ofMaxSize(20);
  }
}
