package dev.millrace.notification;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Where and when users may be: every zone that Java knows, often near a change of its clocks. */
final class Zones {

  private static final long FROM = Instant.parse("1995-01-01T00:00:00Z").getEpochSecond();
  private static final long UNTIL = Instant.parse("2040-01-01T00:00:00Z").getEpochSecond();
  private static final long DAY = 86_400;

  private Zones() {}

  /** A zone and a moment in it. */
  record Place(ZoneId zone, Instant moment) {}

  static Arbitrary<ZoneId> zones() {
    return Arbitraries.of(ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList());
  }

  static Arbitrary<LocalTime> times() {
    return Arbitraries.integers()
        .between(0, 24 * 60 - 1)
        .map(at -> LocalTime.ofSecondOfDay(at * 60L));
  }

  /** Half of them within a day of a change of clocks, where the zone has one. */
  static Arbitrary<Place> places() {
    return zones()
        .flatMap(
            zone ->
                Combinators.combine(
                        Arbitraries.longs().between(FROM, UNTIL),
                        Arbitraries.longs().between(-DAY, DAY),
                        Arbitraries.of(true, false))
                    .as((any, beside, near) -> new Place(zone, moment(zone, any, beside, near))));
  }

  private static Instant moment(ZoneId zone, long any, long beside, boolean near) {
    Instant moment = Instant.ofEpochSecond(any);
    ZoneOffsetTransition change = near ? zone.getRules().nextTransition(moment) : null;
    return change == null ? moment : change.getInstant().plusSeconds(beside);
  }
}
