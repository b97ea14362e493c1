package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.notification.Zones.Place;
import dev.millrace.preference.QuietTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whoever chose quiet hours that are accepted gets their digest by text, whenever it is due. */
class DigestTextPropertyTest {

  @Property(tries = 1_000)
  void shouldOutliveTheQuietHoursThatItsUserChose(
      @ForAll("places") Place place,
      @ForAll("quiet") QuietTime quiet,
      @ForAll("times") LocalTime time,
      @ForAll("latencies") Duration latency) {
    assertThat(quiet.allowed()).isTrue();
    QuietHours hours = new QuietHours(quiet.start(), quiet.end());
    LocalDate date = LocalDate.ofInstant(place.moment(), place.zone());
    Instant due = date.atTime(time).atZone(place.zone()).toInstant();
    Recipient recipient =
        new Recipient(UUID.randomUUID(), place.zone(), null, "+12025550143", hours, null);

    Instant expires = DigestComposer.expiresAt(date, recipient, due);

    Instant loud = hours.nextLoud(due, place.zone());
    assertThat(loud).as("written").isBefore(expires);
    Instant taken = loud.equals(due) ? due.plus(latency) : loud;
    assertThat(row(recipient, expires).waitsUntil(taken)).as("sent").isBefore(expires);
  }

  private static OutboxRow row(Recipient recipient, Instant expires) {
    return new OutboxRow(
        UUID.randomUUID(),
        recipient.userId(),
        "sms",
        "digest",
        "queued",
        0,
        recipient.phone(),
        null,
        "Text",
        null,
        expires,
        null,
        null,
        recipient.zone(),
        null,
        recipient.quietHours(),
        false,
        true,
        true,
        false);
  }

  @Provide
  Arbitrary<Place> places() {
    return Zones.places();
  }

  @Provide
  Arbitrary<LocalTime> times() {
    return Zones.times();
  }

  @Provide
  Arbitrary<Duration> latencies() {
    return Arbitraries.longs().between(0, 240).map(Duration::ofSeconds);
  }

  /** Over midnight, 08:00 to 20:00 at the end, with an hour of the day left at least. */
  @Provide
  Arbitrary<QuietTime> quiet() {
    return Combinators.combine(
            Arbitraries.integers().between(8 * 60, 20 * 60),
            Arbitraries.integers().between(0, 12 * 60))
        .as(
            (end, loud) ->
                new QuietTime(
                    LocalTime.ofSecondOfDay(Math.min(end + 60 + loud, 21 * 60) * 60L),
                    LocalTime.ofSecondOfDay(end * 60L)));
  }
}
