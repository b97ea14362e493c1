package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.job.SqlInstant;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What holds of a user's list after whatever happened to calendar, hours and zone. */
class SuggestionGenerationPropertyTest {

  private static final List<String> KINDS = List.of("available", "commute", "night");

  private static SuggestionWorld it;

  @BeforeContainer
  static void start() {
    it = new SuggestionWorld("2026-03-02T06:00:00Z");
  }

  @AfterContainer
  static void stop() {
    it.close();
  }

  /** A user's life in some zone, made of a seed so that it can be lived twice. */
  record Life(ZoneId zone, long seed) {}

  @Property(tries = 30)
  void shouldOfferFreeTimeOnlyWhateverChangesOnTheWay(@ForAll("lives") Life life) {
    Random random = new Random(life.seed());
    Instant start = near(life.zone(), random);
    it.clock.set(start);
    UUID user = user(life, random);
    List<UUID> calendars = calendars(user);

    for (int round = 0; round < 4; round++) {
      busy(user, calendars, random);
      it.regeneration.regenerate(Map.of("userId", user.toString(), "reason", "calendar_sync"));
      generate(user);

      assertNothingOverlaps(user);
      assertAllFits(user);
      answer(user, random);
      it.clock.advance(Duration.ofHours(random.nextInt(30)));
    }
  }

  @Property(tries = 10)
  void shouldOfferTheSameToWhoHasTheSameContactsAndEvents(@ForAll("lives") Life life) {
    assertThat(offersOf(life)).isEqualTo(offersOf(life));
  }

  private List<String> offersOf(Life life) {
    Random random = new Random(life.seed());
    it.clock.set(near(life.zone(), random));
    UUID user = user(life, random);
    busy(user, calendars(user), random);
    generate(user);
    return it.beans.texts(
        """
        SELECT concat_ws(' ', s.slot_start, s.slot_end, s.reasoning, s.priority, s.factors)
        FROM suggestions s WHERE s.user_id = '%s' ORDER BY s.slot_start
        """
            .formatted(user));
  }

  private static void generate(UUID user) {
    it.rows.add(
        """
        UPDATE sync_state SET last_success_at = :b WHERE connection_id =
          (SELECT id FROM google_connections WHERE user_id = :a)
        """,
        user,
        SqlInstant.of(it.clock.instant()));
    it.generation.forUser(Map.of("userId", user.toString()));
  }

  private static void assertNothingOverlaps(UUID user) {
    assertThat(
            it.beans.texts(
                """
                SELECT a.slot_start || ' ' || b.slot_start FROM suggestions a
                JOIN suggestions b ON b.user_id = a.user_id AND a.id < b.id
                WHERE a.user_id = '%s' AND a.state IN ('pending', 'accepted')
                  AND b.state IN ('pending', 'accepted')
                  AND a.slot_start < b.slot_end AND a.slot_end > b.slot_start
                """
                    .formatted(user)))
        .isEmpty();
    assertThat(
            it.beans.texts(
                """
                SELECT s.slot_start || ' ' || e.start_at FROM suggestions s
                JOIN calendar_events e ON e.user_id = s.user_id AND e.busy
                JOIN calendars k ON k.id = e.calendar_id AND k.selected
                WHERE s.user_id = '%s' AND s.state = 'pending' AND s.slot_start < e.end_at
                  AND s.slot_end > e.start_at
                """
                    .formatted(user)))
        .isEmpty();
  }

  private static void assertAllFits(UUID user) {
    Instant now = it.clock.instant();
    FreeTime hours =
        new FreeTime(
            it.beans.get(FreeTimes.class).read(user, now, now).zone(),
            it.beans.get(FreeTimes.class).read(user, now, now).rules(),
            List.of());
    List<Promise> promises =
        it.beans.get(FreeTimes.class).read(user, now, now.plus(Duration.ofDays(60))).promises();
    List<Promise> open = promises.stream().filter(promise -> !promise.accepted()).toList();
    assertThat(open.size()).isLessThanOrEqualTo(Suggestions.MOST_OPEN);
    for (Promise offer : open) {
      assertThat(hours.allows(offer.slot())).as("%s in %s", offer, hours.zone()).isTrue();
      assertThat(hours.nextQuarter(offer.slot().start())).isEqualTo(offer.slot().start());
      assertThat(offer.slot().end()).isBeforeOrEqualTo(now.plus(SuggestionRepair.HORIZON));
      assertThat(
              promises.stream()
                  .filter(
                      other ->
                          hours
                              .localDate(other.slot().start())
                              .equals(hours.localDate(offer.slot().start())))
                  .count())
          .isLessThanOrEqualTo(Openings.MOST_PER_LOCAL_DAY);
    }
  }

  private static UUID user(Life life, Random random) {
    UUID user = it.rows.user(UUID.randomUUID() + "@example.org", life.zone().getId());
    UUID connection = it.rows.connection(user, "google_calendar");
    it.rows.syncState(connection, it.clock.instant(), it.clock.instant());
    for (int rule = random.nextInt(4); rule > 0; rule--) {
      it.rows.add(
          """
          INSERT INTO availability_rules (user_id, kind, day_of_week, start_time, end_time)
          VALUES (:a, :b, :c, make_time(:d, :e, 0), make_time(:f, :g, 0))
          """,
          user,
          KINDS.get(random.nextInt(3)),
          random.nextInt(7),
          random.nextInt(24),
          random.nextInt(60),
          random.nextInt(24),
          random.nextInt(60));
    }
    for (int contact = 0; contact < 14; contact++) {
      it.rows.contact(user, "Contact " + contact, "weekly", "2019-01-01T12:00:00Z");
    }
    return user;
  }

  private static List<UUID> calendars(UUID user) {
    UUID own =
        it.rows.calendar(
            UUID.fromString(
                it.beans.text(
                    "SELECT id FROM google_connections WHERE user_id = '%s'".formatted(user))));
    UUID other =
        it.rows.add(
            """
            INSERT INTO calendars (id, connection_id, user_id, google_id, name, selected)
            SELECT :id, connection_id, user_id, 'other', 'Other', true FROM calendars WHERE id = :a
            """,
            own);
    return List.of(own, other);
  }

  private static void busy(UUID user, List<UUID> calendars, Random random) {
    for (int event = 0; event < 12; event++) {
      Instant start =
          it.clock.instant().plusSeconds(random.nextInt((int) Duration.ofDays(15).toSeconds()));
      it.rows.busy(
          calendars.get(random.nextInt(2)),
          start.toString(),
          start.plusSeconds(60L + random.nextInt(40_000)).toString());
    }
  }

  /** Some say yes, some say no, and some people move. */
  private static void answer(UUID user, Random random) {
    for (String id :
        it.beans.texts(
            "SELECT id FROM suggestions WHERE user_id = '%s' AND state = 'pending' ORDER BY slot_start"
                .formatted(user))) {
      if (random.nextInt(3) == 0) {
        String state = random.nextBoolean() ? "accepted" : "dismissed";
        it.rows.add(
            "UPDATE suggestions SET state = CAST(:b AS suggestion_state) WHERE id = :a",
            UUID.fromString(id),
            state);
      }
    }
  }

  private static Instant near(ZoneId zone, Random random) {
    Instant moment = Instant.ofEpochSecond(1_577_836_800L + random.nextInt(315_000_000));
    ZoneOffsetTransition next = zone.getRules().nextTransition(moment);
    return next == null ? moment : next.getInstant().minus(Duration.ofDays(random.nextInt(10)));
  }

  @Provide
  Arbitrary<Life> lives() {
    return Arbitraries.of(List.copyOf(new TreeSet<>(ZoneId.getAvailableZoneIds())))
        .map(ZoneId::of)
        .flatMap(zone -> Arbitraries.longs().map(seed -> new Life(zone, seed)));
  }
}
