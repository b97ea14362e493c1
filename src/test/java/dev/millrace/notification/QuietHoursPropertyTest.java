package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.notification.Zones.Place;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for all zones, days and choices, those included in which clocks change. */
class QuietHoursPropertyTest {

  @Property(tries = 1_000)
  void shouldNeverLetATextThroughInQuietHours(
      @ForAll("places") Place place,
      @ForAll("times") LocalTime start,
      @ForAll("times") LocalTime end) {
    Instant loud = new QuietHours(start, end).nextLoud(place.moment(), place.zone());

    assertThat(loud).isAfterOrEqualTo(place.moment());
    if (!loud.equals(place.moment().plus(QuietHours.NEVER))) {
      assertThat(isQuiet(start, end, LocalTime.ofInstant(loud, place.zone()))).isFalse();
    }
  }

  @Property(tries = 1_000)
  void shouldNotHoldATextBackLongerThanQuietHoursLast(
      @ForAll("places") Place place,
      @ForAll("times") LocalTime start,
      @ForAll("times") LocalTime end) {
    Instant loud = new QuietHours(start, end).nextLoud(place.moment(), place.zone());

    for (Instant at = place.moment(); at.isBefore(loud); at = at.plus(Duration.ofMinutes(7))) {
      LocalTime time = LocalTime.ofInstant(at, place.zone());
      assertThat(isQuiet(start, end, time)).as("held back at %s", time).isTrue();
      if (at.isAfter(place.moment().plus(Duration.ofDays(2)))) {
        break;
      }
    }
  }

  @Property(tries = 500)
  void shouldEndTheValidityOfATextBeforeQuietHoursBegin(
      @ForAll("places") Place place,
      @ForAll("times") LocalTime start,
      @ForAll("times") LocalTime end) {
    QuietHours hours = new QuietHours(start, end);
    Instant loud = hours.nextLoud(place.moment(), place.zone());
    if (loud.equals(place.moment().plus(QuietHours.NEVER))) {
      return;
    }

    Instant quiet = hours.nextQuiet(loud, place.zone());

    assertThat(quiet).isAfter(loud);
    for (Instant at = loud; at.isBefore(quiet); at = at.plus(Duration.ofMinutes(7))) {
      LocalTime time = LocalTime.ofInstant(at, place.zone());
      assertThat(isQuiet(start, end, time)).as("still valid at %s", time).isFalse();
    }
  }

  /** The same rule, minute by minute. */
  private static boolean isQuiet(LocalTime start, LocalTime end, LocalTime time) {
    boolean night = time.getHour() >= 21 || time.getHour() < 8;
    if (start.isBefore(end)) {
      return night || (!time.isBefore(start) && time.isBefore(end));
    }
    return night || (start.isAfter(end) && (!time.isBefore(start) || time.isBefore(end)));
  }

  @Provide
  Arbitrary<Place> places() {
    return Zones.places();
  }

  @Provide
  Arbitrary<LocalTime> times() {
    return Zones.times();
  }
}
