package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import dev.millrace.job.SqlInstant;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Days of hourly runs for somebody who has always something open, travels and pauses. */
class ReminderDaysPropertyTest {

  private static final int HOURS = 5 * 24;

  private static final TestClock CLOCK = new TestClock("2026-03-02T15:11:00Z");
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static JobBeans beans;

  @BeforeContainer
  static void start() {
    beans = NotificationBeans.start(CLOCK);
  }

  @AfterContainer
  static void stop() {
    List<String> written = beans.texts("SELECT id FROM outbound_messages LIMIT 1");
    beans.close();
    assertThat(written).as("any reminder at all").isNotEmpty();
  }

  @Property(tries = 12)
  void shouldRemindOnceADateInTheForenoonAndTextOutsideOfQuietHours(
      @ForAll("zones") List<String> zones,
      @ForAll("daysBeforeClocksChange") String start,
      @ForAll("quiet") LocalTime quietStart,
      @ForAll("loud") LocalTime quietEnd,
      @ForAll Random chance) {
    Reminders reminders = beans.get(Reminders.class);
    UUID user = traveller(zones.getFirst(), quietStart, quietEnd);
    QuietHours quiet = new QuietHours(quietStart, quietEnd);
    Set<LocalDate> dates = new HashSet<>();
    Instant now = Instant.parse(start);
    Instant pausedUntil = now;
    ZoneId zone = ZoneId.of(zones.getFirst());
    int seen = 0;

    for (int hour = 0; hour < HOURS; hour++, now = now.plus(Duration.ofHours(1))) {
      CLOCK.set(now.toString());
      if (chance.nextInt(20) == 0) {
        zone = ZoneId.of(zones.get(chance.nextInt(zones.size())));
        set("UPDATE users SET time_zone = :b WHERE id = :a", user, zone.getId());
      }
      if (chance.nextInt(40) == 0) {
        pausedUntil = now.plus(Duration.ofHours(chance.nextInt(1, 30)));
        set(
            "UPDATE notification_preferences SET paused_until = :b WHERE user_id = :a",
            user,
            SqlInstant.of(pausedUntil));
      }
      if (chance.nextInt(5) > 0) {
        assertThat(reminders.remind().failure()).isNull();
      }
      List<Instant> texts = texts(user);
      if (texts.size() > seen) {
        assertThat(texts).as("at once").hasSize(seen + 1);
        assertThat(now.atZone(zone).getHour()).as("hour in %s", zone).isBetween(10, 12);
        assertThat(now).as("paused until").isAfterOrEqualTo(pausedUntil);
        assertThat(dates.add(LocalDate.ofInstant(now, zone))).as("second of a date").isTrue();
        Instant leaves = texts.getLast();
        assertThat(quiet.nextLoud(leaves, zone)).as("in quiet hours").isEqualTo(leaves);
        seen = texts.size();
      }
    }
    set("UPDATE notices SET resolved_at = opened_at WHERE user_id = :a", user);
  }

  @Provide
  Arbitrary<List<String>> zones() {
    return Arbitraries.of(new TreeSet<>(ZoneId.getAvailableZoneIds())).list().ofSize(3);
  }

  @Provide
  Arbitrary<String> daysBeforeClocksChange() {
    return Arbitraries.of("2026-03-06", "2026-03-27", "2026-04-03", "2026-10-02", "2026-10-30")
        .map(date -> date + "T00:11:00Z");
  }

  @Provide
  Arbitrary<LocalTime> quiet() {
    return Arbitraries.integers()
        .between(18 * 60, 21 * 60)
        .map(m -> LocalTime.MIDNIGHT.plusMinutes(m));
  }

  @Provide
  Arbitrary<LocalTime> loud() {
    return Arbitraries.integers()
        .between(8 * 60, 16 * 60)
        .map(m -> LocalTime.MIDNIGHT.plusMinutes(m));
  }

  /** Groups that wait for a decision are as many matters as are wanted. */
  private static UUID traveller(String zone, LocalTime quietStart, LocalTime quietEnd) {
    Rows rows = beans.rows();
    UUID user = rows.user(UUID.randomUUID() + "@example.org", zone);
    rows.phone(user, "+1202555%04d".formatted(NUMBERS.incrementAndGet()));
    rows.add(
        "INSERT INTO notification_preferences (user_id, quiet_start, quiet_end) VALUES (:a, :b, :c)",
        user,
        quietStart,
        quietEnd);
    rows.add(
        "INSERT INTO google_groups (connection_id, resource_name, name) VALUES (:a, 'contactGroups/1', 'Tennis')",
        rows.connection(user, "google_contacts"));
    rows.add(
        """
        INSERT INTO notices (user_id, kind, subject_key, opened_at, next_reminder_at)
        SELECT :a, 'group_mapping_review', n, '2026-01-01', '2026-01-08' FROM generate_series(1, 30) n
        """,
        user);
    return user;
  }

  private static void set(String sql, Object... values) {
    beans.rows().add(sql, values);
  }

  /** When each of the user's text messages may leave, in the order of their writing. */
  private static List<Instant> texts(UUID user) {
    return beans
        .jdbc()
        .sql(
            """
            SELECT not_before FROM outbound_messages
            WHERE user_id = :user AND channel = 'sms' ORDER BY created_at
            """)
        .param("user", user)
        .query((rs, row) -> SqlInstant.read(rs, "not_before"))
        .list();
  }
}
