package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.PermanentException;
import dev.millrace.job.Rows;
import dev.millrace.job.SqlInstant;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokenHealthReminderTest {

  private final TestClock clock = new TestClock("2026-03-02T15:00:00Z");
  private JobBeans beans;
  private Rows rows;
  private TokenHealthReminder reminder;
  private UUID user;
  private UUID calendar;

  @BeforeEach
  void start() {
    beans = NotificationBeans.start(clock);
    rows = beans.rows();
    reminder = beans.get(TokenHealthReminder.class);
    user = rows.user("ann@example.org", "America/New_York");
    calendar = rows.connection(user, "google_calendar");
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldOpenOneNoticeAndWriteOneMessageHoweverOftenItRuns() {
    die(calendar);

    TokenHealthReminder.Checked first = reminder.check(Map.of());
    TokenHealthReminder.Checked second = reminder.check(Map.of());

    assertThat(first.result())
        .containsEntry("opened", 1)
        .containsEntry("resolved", 0)
        .containsEntry("messages", 1);
    assertThat(second.result()).containsEntry("opened", 0).containsEntry("messages", 0);
    assertThat(second.deliveries()).isEmpty();
    assertThat(beans.texts("SELECT kind || ' ' || stage FROM notices"))
        .containsExactly("token_invalid 1");
    assertThat(
            beans.texts(
                "SELECT to_address || ' ' || channel || ' ' || state FROM outbound_messages"))
        .containsExactly("ann@example.org email queued");
    assertThat(beans.text("SELECT body FROM outbound_messages"))
        .contains("Google Calendar")
        .contains("March 2, 9:59 AM")
        .contains("https://millrace.example/settings/connections")
        .doesNotContain(user.toString());
  }

  @Test
  void shouldHandTheMessageOverForDelivery() {
    die(calendar);

    List<Map<String, Object>> jobs = reminder.check(Map.of()).deliveries().getFirst();

    assertThat(jobs)
        .singleElement()
        .satisfies(
            job ->
                assertThat(job)
                    .containsEntry("kind", "deliver")
                    .containsEntry("messageIds", beans.texts("SELECT id FROM outbound_messages"))
                    .containsKey("batch"));
  }

  @Test
  void shouldTellOfBothGrantsInOneMessage() {
    UUID contacts = rows.connection(user, "google_contacts");
    die(calendar);
    die(contacts);

    assertThat(reminder.check(Map.of("connectionId", calendar.toString())).result())
        .containsEntry("opened", 2)
        .containsEntry("messages", 1);
    assertThat(reminder.check(Map.of("connectionId", contacts.toString())).result())
        .containsEntry("opened", 0)
        .containsEntry("messages", 0);

    assertThat(beans.texts("SELECT body FROM outbound_messages"))
        .singleElement()
        .asString()
        .contains("Google Calendar", "Google Contacts");
  }

  @Test
  void shouldSaySoBeforeATimeLimitedGrantEnds() {
    rows.add(
        "UPDATE google_connections SET refresh_expires_at = '2026-03-04T14:00:00Z' WHERE id = :a",
        calendar);

    reminder.check(Map.of());

    assertThat(beans.texts("SELECT kind FROM notices")).containsExactly("token_expiring_soon");
    assertThat(beans.text("SELECT body FROM outbound_messages"))
        .contains("will end on March 4", "no longer be updated then, unless you reconnect first")
        .doesNotContain("are not updated");
  }

  @Test
  void shouldResolveAndWithdrawOnceTheUserReconnected() {
    die(calendar);
    reminder.check(Map.of());
    rows.add(
        "UPDATE google_connections SET status = 'active', status_changed_at = :b WHERE id = :a",
        calendar,
        SqlInstant.of(clock.instant()));

    assertThat(reminder.check(Map.of("connectionId", calendar.toString())).result())
        .containsEntry("resolved", 1);

    assertThat(beans.text("SELECT resolution FROM notices")).isEqualTo("reconnected");
    assertThat(beans.text("SELECT state || ' ' || state_reason FROM outbound_messages"))
        .isEqualTo("suppressed resolved");
  }

  @Test
  void shouldWriteNothingToAUserWhoDisconnectedOnPurpose() {
    rows.add("UPDATE google_connections SET status = 'disconnected' WHERE id = :a", calendar);

    assertThat(reminder.check(Map.of()).result()).containsEntry("opened", 0);
    assertThat(beans.texts("SELECT id FROM outbound_messages")).isEmpty();
  }

  @Test
  void shouldNotAlarmTheUserDuringAnOutageOfGoogle() {
    rows.add("UPDATE google_connections SET refresh_failures = 6 WHERE id = :a", calendar);

    assertThat(reminder.due()).isFalse();
    assertThat(reminder.check(Map.of()).result()).containsEntry("opened", 0);
  }

  @Test
  void shouldSayItAgainTheNextDayWhenTheGrantDiesAgain() {
    die(calendar);
    reminder.check(Map.of());
    rows.add("UPDATE google_connections SET status = 'active' WHERE id = :a", calendar);
    reminder.check(Map.of());
    clock.advance(Duration.ofHours(1));
    die(calendar);

    assertThat(reminder.check(Map.of()).result())
        .as("once a local day")
        .containsEntry("messages", 0);
    clock.advance(Duration.ofHours(24));
    assertThat(reminder.check(Map.of()).result()).containsEntry("messages", 1);
  }

  @Test
  void shouldSendTheTextMessageAtTheEndOfQuietHoursAndTheEmailAtOnce() {
    clock.set("2026-03-03T04:10:00Z");
    rows.phone(user, "+12025550143");
    die(calendar);

    reminder.check(Map.of());

    assertThat(
            beans.texts(
                """
                SELECT channel || ' ' || to_address || ' ' || to_char(not_before AT TIME ZONE 'UTC',
                       'DD HH24:MI')
                FROM outbound_messages ORDER BY channel DESC
                """))
        .containsExactly("email ann@example.org 03 04:10", "sms +12025550143 03 13:00");
  }

  @Test
  void shouldNotTextANumberThatIsUnverifiedOrStopped() {
    rows.phone(user, "+12025550143");
    rows.add("UPDATE user_phones SET opted_out_at = now() WHERE user_id = :a", user);
    die(calendar);

    reminder.check(Map.of());

    assertThat(beans.texts("SELECT channel FROM outbound_messages")).containsExactly("email");
  }

  @Test
  void shouldKeepTheMessageForTheEndOfAPause() {
    rows.add(
        """
        INSERT INTO notification_preferences (user_id, paused_until)
        VALUES (:a, '2026-03-05T00:00:00Z')
        """,
        user);
    die(calendar);

    assertThat(reminder.check(Map.of()).result())
        .containsEntry("opened", 1)
        .containsEntry("messages", 0);
    clock.set("2026-03-05T00:00:00Z");
    assertThat(reminder.check(Map.of()).result()).containsEntry("messages", 1);
  }

  @Test
  void shouldNotBeDueForAUserWhoPausedAndWasToldNothingYet() {
    rows.add(
        """
        INSERT INTO notification_preferences (user_id, paused_until)
        VALUES (:a, '2026-03-05T00:00:00Z')
        """,
        user);
    die(calendar);
    assertThat(reminder.due()).isTrue();

    reminder.check(Map.of());

    assertThat(reminder.due()).as("until the pause is over").isFalse();
    clock.set("2026-03-05T00:00:00Z");
    assertThat(reminder.due()).isTrue();
  }

  @Test
  void shouldSayItAgainWhereAGrantCameBackAndDiedBetweenTwoChecks() {
    die(calendar);
    reminder.check(Map.of());
    clock.advance(Duration.ofDays(2));
    die(calendar);

    assertThat(reminder.due()).isTrue();
    assertThat(reminder.check(Map.of()).result())
        .containsEntry("resolved", 1)
        .containsEntry("opened", 1)
        .containsEntry("messages", 1);
    assertThat(beans.texts("SELECT id FROM outbound_messages WHERE state = 'queued'")).hasSize(1);
  }

  @Test
  void shouldWarnEachTimeAGrantOfSevenDaysIsAboutToEnd() {
    expires("2026-03-04T14:00:00Z");
    assertThat(reminder.check(Map.of()).result()).containsEntry("messages", 1);
    expires("2026-03-11T14:00:00Z");
    assertThat(reminder.check(Map.of()).result()).containsEntry("resolved", 1);
    clock.set("2026-03-09T15:00:00Z");

    assertThat(reminder.check(Map.of()).result()).containsEntry("messages", 1);
  }

  @Test
  void shouldKeepTheMessageOfWhatIsStillOpenWhereAnotherIsSettled() {
    UUID contacts = rows.connection(user, "google_contacts");
    die(calendar);
    reminder.check(Map.of());
    clock.advance(Duration.ofDays(1));
    die(contacts);
    reminder.check(Map.of());
    rows.add("UPDATE google_connections SET status = 'active' WHERE id = :a", calendar);

    reminder.check(Map.of());

    assertThat(
            beans.texts(
                "SELECT state || ' ' || (body LIKE '%Contacts%') FROM outbound_messages ORDER BY created_at"))
        .containsExactly("suppressed false", "queued true");
  }

  @Test
  void shouldWithdrawNothingOfOthers() {
    UUID other = rows.user("bea@example.org", "UTC");
    die(rows.connection(other, "google_calendar"));
    die(calendar);
    reminder.check(Map.of());
    rows.add("UPDATE google_connections SET status = 'active' WHERE id = :a", calendar);

    reminder.check(Map.of("connectionId", calendar.toString()));

    assertThat(beans.texts("SELECT to_address FROM outbound_messages WHERE state = 'queued'"))
        .containsExactly("bea@example.org");
  }

  @Test
  void shouldTellTheOthersWhereOneUserFails() {
    die(calendar);
    die(rows.connection(rows.user("bea@example.org", "UTC"), "google_calendar"));
    beans
        .jdbc()
        .sql(
            "ALTER TABLE outbound_messages ADD CONSTRAINT broken CHECK (to_address <> 'ann@example.org')")
        .update();
    try {
      TokenHealthReminder.Checked checked = reminder.check(Map.of());

      assertThat(beans.texts("SELECT to_address FROM outbound_messages"))
          .containsExactly("bea@example.org");
      assertThatThrownBy(() -> reminder.settle(checked)).hasMessageContaining("broken");
    } finally {
      beans.jdbc().sql("ALTER TABLE outbound_messages DROP CONSTRAINT broken").update();
    }
  }

  @Test
  void shouldTellTheOthersWhereOneUsersZoneCannotBeRead() {
    die(calendar);
    rows.add("UPDATE users SET time_zone = 'Nowhere/Atlantis' WHERE id = :a", user);
    die(rows.connection(rows.user("bea@example.org", "UTC"), "google_calendar"));

    assertThat(reminder.settle(reminder.check(Map.of()))).containsEntry("messages", 1);

    assertThat(reminder.due()).as("not each hour for nothing").isFalse();
  }

  @Test
  void shouldWriteOneMessageADateAlsoWhenTheUserMovesWest() {
    rows.add("UPDATE users SET time_zone = 'Pacific/Kiritimati' WHERE id = :a", user);
    die(calendar);
    reminder.check(Map.of());
    rows.add("UPDATE users SET time_zone = 'Pacific/Niue' WHERE id = :a", user);
    clock.advance(Duration.ofHours(1));
    die(rows.connection(user, "google_contacts"));

    clock.set("2026-03-04T10:59:00Z");
    assertThat(reminder.check(Map.of()).result())
        .as("March 3 in both zones")
        .containsEntry("messages", 0);
    clock.set("2026-03-04T11:00:00Z");
    assertThat(reminder.check(Map.of()).result()).containsEntry("messages", 1);
  }

  @Test
  void shouldMoveTheReminderBehindAFirstMessageThatAPauseDelayed() {
    rows.add(
        """
        INSERT INTO notification_preferences (user_id, paused_until)
        VALUES (:a, '2026-03-09T15:00:00Z')
        """,
        user);
    die(calendar);
    reminder.check(Map.of());
    clock.set("2026-03-09T15:00:00Z");

    assertThat(reminder.check(Map.of()).result()).containsEntry("messages", 1);

    assertThat(beans.text("SELECT next_reminder_at = '2026-03-16T15:00:00Z' FROM notices"))
        .isEqualTo("t");
  }

  @Test
  void shouldSayInATextMessageWhatStopsSinceWhenAndWhereToGo() {
    rows.phone(user, "+12025550143");
    die(calendar);

    reminder.check(Map.of());

    String text = beans.text("SELECT body FROM outbound_messages WHERE channel = 'sms'");
    assertThat(text)
        .isEqualTo(
            "Millrace: Google Calendar has been disconnected since Mar 2. Free times and suggestions"
                + " are not updated until you reconnect. https://millrace.example/settings/connections"
                + " Reply STOP to opt out.");
    assertThat(GsmText.segments(text)).isLessThanOrEqualTo(GsmText.MOST_SEGMENTS);
  }

  @Test
  void shouldSayOfEachGrantWhatItsEndMeans() {
    rows.phone(user, "+12025550143");
    expires("2026-03-04T14:00:00Z");
    die(rows.connection(user, "google_contacts"));

    reminder.check(Map.of());

    String text = beans.text("SELECT body FROM outbound_messages WHERE channel = 'sms'");
    assertThat(text)
        .contains(
            "Google Calendar will disconnect on Mar 4. Free times and suggestions will no longer be"
                + " updated then, unless you reconnect first.",
            "Google Contacts has been disconnected since Mar 2. New and changed contacts do not"
                + " arrive until you reconnect.");
    assertThat(GsmText.segments(text)).isLessThanOrEqualTo(GsmText.MOST_SEGMENTS);
  }

  @Test
  void shouldCloseTheNoticesOfADeletedUserAndNotBeDueForThem() {
    rows.add(
        "INSERT INTO notification_preferences (user_id, paused_until) VALUES (:a, '2026-04-01T00:00:00Z')",
        user);
    die(calendar);
    reminder.check(Map.of());
    rows.add("UPDATE notification_preferences SET paused_until = NULL WHERE user_id = :a", user);
    rows.add("UPDATE users SET deleted_at = now() WHERE id = :a", user);
    assertThat(beans.get(MeterRegistry.class).get("notices.open").gauges())
        .allSatisfy(gauge -> assertThat(gauge.value()).isZero());
    assertThat(reminder.due()).isTrue();

    assertThat(reminder.check(Map.of()).result())
        .containsEntry("resolved", 1)
        .containsEntry("messages", 0);

    assertThat(reminder.due()).isFalse();
    assertThat(beans.text("SELECT resolution FROM notices")).isEqualTo("user_deleted");
  }

  @Test
  void shouldNotBeDueAgainTodayForWhoeverHadTodaysMessage() {
    die(calendar);
    reminder.check(Map.of());
    clock.advance(Duration.ofHours(1));
    die(rows.connection(user, "google_contacts"));
    reminder.check(Map.of());

    assertThat(reminder.due()).isFalse();
    clock.advance(Duration.ofDays(1));
    assertThat(reminder.due()).isTrue();
    assertThat(reminder.check(Map.of()).result()).containsEntry("messages", 1);
  }

  @Test
  void shouldNotMeasureADelayWhereNothingWasWritten() {
    rows.add(
        "INSERT INTO notification_preferences (user_id, email_enabled) VALUES (:a, false)", user);
    die(calendar);

    reminder.check(Map.of());

    assertThat(beans.text("SELECT stage FROM notices")).isEqualTo("1");
    assertThat(beans.get(MeterRegistry.class).find("token.notice.delay").timer()).isNull();
  }

  @Test
  void shouldLinkOnceAndNameNobodyInTheHtml() {
    die(calendar);

    reminder.check(Map.of());

    assertThat(beans.text("SELECT body_html FROM outbound_messages"))
        .contains("https://millrace.example/settings/connections", "March 2, 9:59 AM")
        .doesNotContain(user.toString(), "state=");
  }

  @Test
  void shouldMeasureHowLongAUserIsLeftInTheDark() {
    die(calendar);

    reminder.check(Map.of());

    Timer delay = beans.get(MeterRegistry.class).get("token.notice.delay").timer();
    assertThat(delay.count()).isEqualTo(1);
    assertThat(delay.totalTime(TimeUnit.SECONDS)).isEqualTo(60);
  }

  @Test
  void shouldRefuseAConnectionIdThatIsNone() {
    assertThatThrownBy(() -> reminder.check(Map.of("connectionId", "first")))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("connectionId");
  }

  private void expires(String at) {
    rows.add(
        "UPDATE google_connections SET refresh_expires_at = CAST(:b AS timestamptz) WHERE id = :a",
        calendar,
        at);
  }

  private void die(UUID connection) {
    rows.add(
        """
        UPDATE google_connections SET status = 'needs_reauth', status_changed_at = :b WHERE id = :a
        """,
        connection,
        SqlInstant.of(clock.instant().minusSeconds(60)));
  }
}
