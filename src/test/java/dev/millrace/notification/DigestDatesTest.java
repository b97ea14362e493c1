package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import dev.millrace.job.SkippedException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When digests come, from signing up on, through changes of clocks, zones and times. */
class DigestDatesTest {

  private final TestClock clock = new TestClock("2026-10-28T12:00:00Z");
  private JobBeans beans;
  private Rows rows;

  @BeforeEach
  void start() {
    beans = NotificationBeans.start(clock);
    rows = beans.rows();
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldGiveEveryUserADigestOnSundayAtNineWithoutAnySettings() {
    UUID ann = rows.user("ann@example.org", "America/New_York");
    UUID bob = rows.user("bob@example.org", "Asia/Tokyo");
    UUID gone = rows.user("gone@example.org", "UTC");
    rows.add("UPDATE users SET deleted_at = now() WHERE id = :a", gone);

    tick();

    // clocks go back that night
    assertThat(next(ann)).isEqualTo("2026-11-01 2026-11-01 14:00");
    assertThat(next(bob)).isEqualTo("2026-11-01 2026-11-01 00:00");
    assertThat(beans.text("SELECT count(*) FROM notification_preferences")).isEqualTo("2");
  }

  @Test
  void shouldNotKeepOthersWaitingForOneWithAnUnreadableZone() {
    rows.user("lost@example.org", "Middle/Earth");
    UUID ann = rows.user("ann@example.org", "UTC");

    tick();

    assertThat(next(ann)).isEqualTo("2026-11-01 2026-11-01 09:00");
    assertThat(unreadable()).isEqualTo(1);
  }

  @Test
  void shouldNotLetUnreadableZonesTakeEverybodysTurn() {
    rows.add(
        """
        INSERT INTO users (email, time_zone, created_at)
        SELECT 'lost' || n || '@example.org', :a, '2020-01-01T00:00:00Z'
        FROM generate_series(1, :b) n
        """,
        "Middle/Earth",
        DigestDates.MOST_NEW);
    tick();
    UUID ann = rows.user("ann@example.org", "UTC");

    tick();

    assertThat(next(ann)).isEqualTo("2026-11-01 2026-11-01 09:00");
    assertThat(unreadable()).as("told once, not each minute").isEqualTo(DigestDates.MOST_NEW);
  }

  @Test
  void shouldAskOnceForTheDigestOfWhoseZoneBecameUnreadable() {
    UUID ann = user("UTC", "09:00");
    rows.add("UPDATE users SET time_zone = 'Middle/Earth' WHERE id = :a", ann);
    clock.set("2026-11-01T09:00:00Z");
    assertThat(tick()).hasSize(1);

    assertThatThrownBy(() -> composer().compose(payload(ann, "2026-11-01")))
        .isInstanceOf(SkippedException.class)
        .hasMessageContaining("zone_unreadable");

    assertThat(tick()).as("not for ever").isEmpty();
    rows.add("UPDATE users SET time_zone = 'UTC' WHERE id = :a", ann);
    clock.advance(DigestDates.SET_ASIDE);
    tick();
    assertThat(next(ann)).isEqualTo("2026-11-08 2026-11-08 09:00");
  }

  @Test
  void shouldSendNoSecondDigestOnTheDateOnWhichALateOneLeft() {
    UUID ann = user("UTC", "22:00");
    clock.set("2026-11-01T22:00:00Z");
    compose(ann, "2026-11-01");
    rows.add(
        """
        UPDATE notification_preferences SET digest_day = 1, digest_time = '09:00'
        WHERE user_id = :a
        """,
        ann);
    beans.get(DigestDates.class).reschedule(ann);
    assertThat(next(ann)).startsWith("2026-11-02");
    // the mail server was away for the night
    clock.set("2026-11-02T08:30:00Z");
    UUID mail = UUID.fromString(beans.text("SELECT id FROM outbound_messages"));
    rows.add("UPDATE outbound_messages SET state = 'sending' WHERE id = :a", mail);
    beans.get(OutboxStates.class).sent(mail, "250 OK");

    clock.set("2026-11-02T09:00:00Z");
    suggestion(ann);
    assertThat(composer().compose(payload(ann, "2026-11-02")).result()).containsEntry("items", 0);

    assertThat(digests(ann)).containsExactly("2026-11-01");
    assertThat(next(ann)).isEqualTo("2026-11-09 2026-11-09 09:00");
  }

  @Test
  void shouldSendOneDigestInTheNightWhenAnHourComesTwice() {
    UUID ann = user("America/New_York", "01:30");

    assertThat(next(ann)).isEqualTo("2026-11-01 2026-11-01 05:30");
    clock.set("2026-11-01T05:30:00Z");
    compose(ann, "2026-11-01");
    clock.set("2026-11-01T06:30:00Z");
    assertThat(tick()).as("half past one again").isEmpty();
    assertThat(digests(ann)).containsExactly("2026-11-01");
    assertThat(next(ann)).isEqualTo("2026-11-08 2026-11-08 06:30");
  }

  @Test
  void shouldSendTheDigestLaterInTheNightWhenItsHourIsSkipped() {
    clock.set("2027-03-10T12:00:00Z");
    UUID ann = user("America/New_York", "02:30");

    assertThat(next(ann)).isEqualTo("2027-03-14 2027-03-14 07:30");
    clock.set("2027-03-14T07:30:00Z");
    compose(ann, "2027-03-14");
    assertThat(digests(ann)).containsExactly("2027-03-14");
    assertThat(next(ann)).isEqualTo("2027-03-21 2027-03-21 06:30");
  }

  @Test
  void shouldSendOneDigestALocalDateToWhoFliesFromNewYorkToTokyoAndBack() {
    UUID ann = user("America/New_York", "09:00");
    // Saturday evening there, Sunday morning here
    clock.set("2026-11-01T01:00:00Z");
    move(ann, "Asia/Tokyo");
    assertThat(next(ann)).as("nine has passed in Tokyo").isEqualTo("2026-11-08 2026-11-08 00:00");
    move(ann, "America/New_York");
    clock.set("2026-11-01T14:00:00Z");
    compose(ann, "2026-11-01");

    clock.set("2026-11-01T14:05:00Z");
    move(ann, "Pacific/Honolulu");
    assertThat(next(ann)).as("still Sunday, before nine").startsWith("2026-11-08");
    move(ann, "Asia/Tokyo");
    assertThat(next(ann)).isEqualTo("2026-11-08 2026-11-08 00:00");
    assertThat(digests(ann)).containsExactly("2026-11-01");
  }

  @Test
  void shouldNotSendASecondDigestTodayBecauseItsTimeWasMoved() {
    UUID ann = user("UTC", "09:00");
    clock.set("2026-11-01T09:00:00Z");
    compose(ann, "2026-11-01");

    rows.add("UPDATE notification_preferences SET digest_time = '18:00' WHERE user_id = :a", ann);
    beans.get(DigestDates.class).reschedule(ann);

    assertThat(next(ann)).isEqualTo("2026-11-08 2026-11-08 18:00");
  }

  @Test
  void shouldNotSendTheDigestThatWasMovedAwayNorOneBeforeItsTime() {
    UUID ann = user("UTC", "09:00");
    suggestion(ann);
    assertThatThrownBy(() -> composer().compose(payload(ann, "2026-11-01")))
        .as("four days early")
        .isInstanceOf(SkippedException.class);

    rows.add("UPDATE notification_preferences SET digest_day = 1 WHERE user_id = :a", ann);
    beans.get(DigestDates.class).reschedule(ann);
    clock.set("2026-11-01T09:00:00Z");
    assertThatThrownBy(() -> composer().compose(payload(ann, "2026-11-01")))
        .isInstanceOf(SkippedException.class);
    assertThat(digests(ann)).isEmpty();
  }

  @Test
  void shouldNotLetADigestOfTheEveningMeetTheNextOneInTheMorning() {
    UUID ann = user("UTC", "22:00");
    rows.phone(ann, "+12025550143");
    clock.set("2026-11-01T22:00:00Z");
    compose(ann, "2026-11-01");
    assertThat(
            beans.text(
                "SELECT not_before = '2026-11-02T08:00:00Z' FROM outbound_messages WHERE channel = 'sms'"))
        .isEqualTo("t");

    rows.add(
        """
        UPDATE notification_preferences SET digest_day = 1, digest_time = '09:00'
        WHERE user_id = :a
        """,
        ann);
    beans.get(DigestDates.class).reschedule(ann);

    assertThat(next(ann)).as("the text arrives on Monday").isEqualTo("2026-11-09 2026-11-09 09:00");
  }

  private double unreadable() {
    return beans.get(MeterRegistry.class).get("millrace.zones.unreadable").counter().count();
  }

  private UUID user(String zone, String time) {
    UUID user = rows.user("ann@example.org", zone);
    rows.add(
        """
        INSERT INTO notification_preferences (user_id, digest_time) VALUES (:a, CAST(:b AS time))
        """,
        user,
        time);
    tick();
    return user;
  }

  private void move(UUID user, String zone) {
    rows.add("UPDATE users SET time_zone = :b WHERE id = :a", user, zone);
    beans.get(DigestDates.class).reschedule(user);
  }

  private void compose(UUID user, String date) {
    suggestion(user);
    assertThat(tick()).isNotEmpty();
    assertThat(composer().compose(payload(user, date)).result()).containsEntry("items", 1);
  }

  private void suggestion(UUID user) {
    UUID bob = rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    Instant start = clock.instant().plus(Duration.ofDays(3));
    rows.suggestion(user, bob, start.toString(), start.plus(Duration.ofHours(1)).toString());
  }

  private DigestComposer composer() {
    return beans.get(DigestComposer.class);
  }

  private static Map<String, Object> payload(UUID user, String date) {
    return Map.of("userId", user.toString(), "occurrenceDate", date);
  }

  private List<List<Map<String, Object>>> tick() {
    return beans.get(DueNotifications.class).find().digests();
  }

  private List<String> digests(UUID user) {
    return beans.texts(
        """
        SELECT DISTINCT split_part(dedup_key, ':', 3) FROM outbound_messages
        WHERE purpose = 'digest' AND user_id = '%s'
        """
            .formatted(user));
  }

  private String next(UUID user) {
    return beans.text(
        """
        SELECT next_digest_date || ' ' || to_char(next_digest_at AT TIME ZONE 'UTC',
               'YYYY-MM-DD HH24:MI')
        FROM notification_preferences WHERE user_id = '%s'
        """
            .formatted(user));
  }
}
