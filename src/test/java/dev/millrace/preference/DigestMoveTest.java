package dev.millrace.preference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.notification.DigestComposer;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/** When the next digest comes after its user has travelled, or has changed its day or time. */
class DigestMoveTest {

  private static final NotificationPreferences DEFAULTS = NotificationPreferences.DEFAULTS;

  private final TestClock clock = new TestClock("2026-10-30T12:00:00Z");
  private JobBeans beans;
  private Preferences preferences;
  private UUID user;

  @BeforeEach
  void start() {
    beans =
        new JobBeans(
            clock,
            Map.of(
                "millrace.encryption-key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                "app.public-base-url", "https://millrace.example",
                "app.mail-from", "Millrace <no-reply@millrace.example>",
                "twilio.from", "+15005550006"),
            context -> context.registerBean(JavaMailSender.class, JavaMailSenderImpl::new),
            "dev.millrace.notification",
            "dev.millrace.preference");
    preferences = beans.get(Preferences.class);
    user = beans.rows().user("ann@example.com", "America/New_York");
    UUID contact = beans.rows().contact(user, "Bob Ray", "monthly", "2020-01-01T00:00:00Z");
    beans.rows().suggestion(user, contact, "2026-12-24T18:00:00Z", "2026-12-24T19:00:00Z");
    preferences.save(user, DEFAULTS);
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldGiveNoLocalDateTwoWhenItsUserFliesEast() {
    assertThat(next()).isEqualTo("2026-11-01 2026-11-01T14:00:00Z");
    compose("2026-11-01T14:00:30Z");
    assertThat(next()).isEqualTo("2026-11-08 2026-11-08T14:00:00Z");

    // late in the evening of the same Sunday in Tokyo
    clock.set("2026-11-01T14:30:00Z");
    preferences.save(user, ZoneId.of("Asia/Tokyo"));

    assertThat(next()).isEqualTo("2026-11-08 2026-11-08T00:00:00Z");
    preferences.save(user, at(0, 23, 45));
    assertThat(next())
        .as("an hour later the same day")
        .isEqualTo("2026-11-08 2026-11-08T14:45:00Z");
  }

  @Test
  void shouldGiveNoLocalDateTwoWhenItsUserFliesWest() {
    preferences.save(user, ZoneId.of("Asia/Tokyo"));
    compose("2026-11-01T00:00:30Z");

    // in New York it is Saturday evening yet, and Sunday's digest has been read
    clock.set("2026-11-01T00:30:00Z");
    preferences.save(user, ZoneId.of("America/New_York"));

    assertThat(next()).isEqualTo("2026-11-08 2026-11-08T14:00:00Z");
  }

  @Test
  void shouldMoveToTodayWhereTodayHasHadNone() {
    clock.set("2026-11-01T13:00:00Z");
    preferences.save(user, at(0, 8, 30));
    assertThat(next()).isEqualTo("2026-11-01 2026-11-01T13:30:00Z");
    preferences.save(user, at(0, 7, 30));
    assertThat(next()).as("past already").isEqualTo("2026-11-08 2026-11-08T12:30:00Z");
    preferences.save(user, at(3, 9, 0));
    assertThat(next()).isEqualTo("2026-11-04 2026-11-04T14:00:00Z");
  }

  @Test
  void shouldNotPutOffTheOneThatIsDueForAnotherChange() {
    clock.set("2026-11-01T14:00:20Z");

    preferences.save(
        user,
        new NotificationPreferences(
            false, true, 0, LocalTime.of(9, 0), QuietTime.LEAST, false, null));

    assertThat(next()).isEqualTo("2026-11-01 2026-11-01T14:00:00Z");
  }

  @Test
  void shouldStillComeWhereItsUserOnlySaysAgainWhereTheyAre() {
    clock.set("2026-11-01T14:05:00Z");

    assertThat(preferences.save(user, ZoneId.of("America/New_York"))).isFalse();

    compose("2026-11-01T14:05:30Z");
    assertThat(next()).startsWith("2026-11-08");
  }

  @Test
  void shouldComeOnceOnTheDaysWhenClocksChange() {
    preferences.save(user, at(0, 1, 30));
    assertThat(next()).as("the first of two").isEqualTo("2026-11-01 2026-11-01T05:30:00Z");
    clock.set("2026-11-01T05:45:00Z");
    preferences.save(user, ZoneId.of("America/Chicago"));
    preferences.save(user, ZoneId.of("America/New_York"));
    // nothing was written at 05:30, and between the two 01:30 the first has passed
    assertThat(next()).isEqualTo("2026-11-08 2026-11-08T06:30:00Z");

    clock.set("2027-03-12T12:00:00Z");
    preferences.save(user, at(0, 2, 30));
    assertThat(next()).as("02:30 is skipped").isEqualTo("2027-03-14 2027-03-14T07:30:00Z");
  }

  @Test
  void shouldGiveADateToWhoeverOnlySaysWhereTheyAre() {
    UUID other = beans.rows().user("bob@example.com", "UTC");

    preferences.save(other, ZoneId.of("Europe/Berlin"));

    assertThat(
            beans.text(
                "SELECT next_digest_at AT TIME ZONE 'UTC' FROM notification_preferences WHERE user_id = '"
                    + other
                    + "'"))
        .isEqualTo("2026-11-01 08:00:00");
  }

  private void compose(String at) {
    clock.set(at);
    String date = next().substring(0, 10);
    assertThat(
            beans
                .get(DigestComposer.class)
                .compose(Map.of("userId", user.toString(), "occurrenceDate", date))
                .deliveries())
        .isNotEmpty();
  }

  private String next() {
    return beans
        .jdbc()
        .sql(
            "SELECT next_digest_date, next_digest_at FROM notification_preferences WHERE user_id = :u")
        .param("u", user)
        .query(
            (rs, row) ->
                rs.getString("next_digest_date")
                    + " "
                    + Instant.ofEpochMilli(rs.getTimestamp("next_digest_at").getTime()))
        .single();
  }

  private static NotificationPreferences at(int day, int hour, int minute) {
    return new NotificationPreferences(
        true, true, day, LocalTime.of(hour, minute), QuietTime.LEAST, false, null);
  }
}
