package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import dev.millrace.job.SqlInstant;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemindersTest {

  /** Ten past ten in New York, in winter. */
  private final TestClock clock = new TestClock("2026-03-02T15:11:00Z");

  private JobBeans beans;
  private Rows rows;
  private Reminders reminders;
  private UUID user;

  @BeforeEach
  void start() {
    beans = NotificationBeans.start(clock);
    rows = beans.rows();
    reminders = beans.get(Reminders.class);
    user = rows.user("ann@example.org", "America/New_York");
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldRemindOnceOfASuggestionThatWasSentAndNotAnswered() {
    UUID suggestion = sent("Bob", "2026-03-03T23:00:00Z");
    rows.phone(user, "+12025550143");

    Reminders.Reminded first = reminders.remind();

    assertThat(first.result()).containsEntry("reminders", 1).containsEntry("suppressed", 0);
    assertThat(notices()).containsExactly("suggestion_unanswered 1 open");
    assertThat(beans.texts("SELECT dedup_key FROM outbound_messages ORDER BY 1"))
        .containsExactly(key("stage1:email"), key("stage1:sms"));
    assertThat(beans.text("SELECT body FROM outbound_messages WHERE channel = 'sms'"))
        .contains("still open: 1) Bob - Tue Mar 3, 6:00 PM", "Reply 1", "STOP");
    assertThat(
            beans.text("SELECT body || body_html FROM outbound_messages WHERE channel = 'email'"))
        .contains("You have not answered yet", "Bob", "https://millrace.example/suggestions")
        .contains("Stop these e-mails: https://millrace.example/api/unsubscribe?token=");
    assertThat(beans.texts("SELECT suggestion_id FROM digest_items"))
        .as("a reply of 1 means this one")
        .containsExactly(suggestion.toString(), suggestion.toString());
    assertThat(first.deliveries()).hasSize(1);
    assertThat(reminders.due()).isFalse();
    clock.advance(Duration.ofHours(24));
    assertThat(reminders.remind().result()).containsEntry("reminders", 0);
  }

  @Test
  void shouldNotAskAboutWhatWasNeverSentOrIsFarOrNear() {
    sent("Bob", "2026-03-03T15:10:59Z");
    sent("Cy", "2026-03-04T15:11:00Z");
    rows.suggestion(user, contact("Di"), "2026-03-03T18:00:00Z", "2026-03-03T19:00:00Z");

    assertThat(reminders.due()).isFalse();
    reminders.remind();

    assertThat(notices()).isEmpty();
  }

  @Test
  void shouldNotRemindOfWhatCameTheSameMorning() {
    UUID suggestion = sent("Bob", "2026-03-04T12:00:00Z");
    rows.add(
        "UPDATE suggestions SET first_sent_at = '2026-03-02T14:00:00Z' WHERE id = :a", suggestion);

    assertThat(reminders.remind().result()).containsEntry("reminders", 0);

    assertThat(notices()).containsExactly("suggestion_unanswered 0 open");
    clock.advance(Duration.ofHours(24));
    rows.add("UPDATE suggestions SET slot_end = slot_end WHERE id = :a", suggestion);
    assertThat(reminders.remind().result()).containsEntry("reminders", 1);
  }

  @Test
  void shouldWithdrawTheReminderOfWhatIsAnsweredBeforeItLeft() {
    UUID suggestion = sent("Bob", "2026-03-03T23:00:00Z");
    reminders.remind();
    rows.add("UPDATE suggestions SET state = 'accepted' WHERE id = :a", suggestion);

    assertThat(reminders.due()).isTrue();
    assertThat(reminders.remind().result()).containsEntry("suppressed", 1);

    assertThat(beans.text("SELECT state || ' ' || state_reason FROM outbound_messages"))
        .isEqualTo("suppressed resolved");
    assertThat(beans.text("SELECT resolution FROM notices")).isEqualTo("answered");
  }

  @Test
  void shouldRemindOfADeadGrantAfterOneAndThreeWeeksAndThenNoMore() {
    UUID notice = dead("google_calendar", 1);

    assertThat(reminders.remind().result()).containsEntry("reminders", 1);
    assertThat(notices()).containsExactly("token_invalid 2 open");
    assertThat(next(notice)).isEqualTo("2026-03-16 15:11");
    assertThat(beans.text("SELECT body FROM outbound_messages"))
        .contains("Google Calendar is still disconnected", "February 23", "/settings/connections")
        .doesNotContain(user.toString());

    clock.set("2026-03-16T14:11:00Z");
    assertThat(reminders.remind().result()).as("not three weeks yet").containsEntry("reminders", 0);
    clock.set("2026-03-16T15:11:00Z");
    assertThat(reminders.remind().result()).containsEntry("reminders", 1);
    assertThat(next(notice)).isNull();
    assertThat(beans.texts("SELECT body FROM outbound_messages ORDER BY created_at").getLast())
        .contains("This is the last reminder");
    clock.set("2026-06-16T15:11:00Z");
    assertThat(reminders.remind().result()).containsEntry("reminders", 0);
    assertThat(notices()).as("it stays in the app").containsExactly("token_invalid 3 open");
  }

  @Test
  void shouldLeaveTheFirstMessageAboutAGrantToTheOtherJob() {
    dead("google_calendar", 0);

    assertThat(reminders.due()).isFalse();
    assertThat(reminders.remind().result()).containsEntry("reminders", 0);
  }

  @Test
  void shouldNotRemindOfAGrantThatIsAliveAgain() {
    dead("google_calendar", 1);
    rows.add("UPDATE google_connections SET status = 'active' WHERE user_id = :a", user);

    assertThat(reminders.remind().result()).containsEntry("reminders", 0);
  }

  @Test
  void shouldKeepAWeekBetweenRemindersThatAPauseDelayed() {
    UUID notice = dead("google_calendar", 1);
    clock.set("2026-03-15T14:11:00Z");

    reminders.remind();

    assertThat(next(notice)).as("not the day after").isEqualTo("2026-03-22 14:11");
  }

  @Test
  void shouldSpeakOfOneMatterADayTheGravestFirst() {
    review();
    sent("Bob", "2026-03-04T12:00:00Z");
    dead("google_calendar", 1);

    assertThat(reminders.remind().result()).containsEntry("reminders", 1);
    assertThat(reminders.due()).as("until tomorrow").isFalse();
    assertThat(reminders.remind().result()).containsEntry("reminders", 0);
    clock.set("2026-03-03T15:11:00Z");
    assertThat(reminders.remind().result()).containsEntry("reminders", 1);
    clock.set("2026-03-04T15:11:00Z");
    assertThat(reminders.remind().result()).containsEntry("reminders", 1);

    assertThat(beans.texts("SELECT subject FROM outbound_messages ORDER BY created_at"))
        .containsExactly(
            "Google Calendar is still disconnected",
            "Still open: Bob",
            "Groups from Google wait for your decision");
  }

  @Test
  void shouldSayThatTheTimeIsAnotherThanTheUserKnows() {
    UUID before = sent("Bob", "2026-03-05T23:00:00Z");
    rows.add("UPDATE suggestions SET state = 'superseded' WHERE id = :a", before);
    UUID suggestion = sent("B".repeat(200), "2026-03-03T23:00:00Z");
    rows.add("UPDATE suggestions SET replaces_id = :b WHERE id = :a", suggestion, before);
    rows.phone(user, "+12025550143");

    reminders.remind();

    assertThat(beans.text("SELECT body FROM outbound_messages WHERE channel = 'sms'"))
        .startsWith("Millrace, moved and still open: 1) BBB");
    assertThat(beans.text("SELECT body FROM outbound_messages WHERE channel = 'email'"))
        .contains("moved to Tue Mar 3, 6:00 PM");
    assertThat(beans.text("SELECT subject FROM outbound_messages WHERE channel = 'email'"))
        .hasSizeLessThan(80)
        .endsWith("...");
  }

  @Test
  void shouldCloseAllThatIsOpenOfAUserWhoWasDeleted() {
    review();
    sent("Bob", "2026-03-04T12:00:00Z");
    reminders.remind();
    rows.add("UPDATE users SET deleted_at = now() WHERE id = :a", user);
    assertThat(reminders.due()).isTrue();

    reminders.remind();

    assertThat(reminders.due()).isFalse();
    assertThat(beans.texts("SELECT DISTINCT resolution FROM notices"))
        .containsExactly("user_deleted");
  }

  @Test
  void shouldWithdrawNobodyElsesMessagesWithAnAnswer() {
    UUID suggestion = sent("Bob", "2026-03-03T23:00:00Z");
    UUID bea = user;
    user = rows.user("cy@example.org", "America/New_York");
    sent("Bob", "2026-03-03T23:00:00Z");
    reminders.remind();
    rows.add("UPDATE notices SET resolved_at = now() WHERE user_id = :a", user);

    beans.get(SettledNotices.class).settle(bea, suggestion, "answered");

    assertThat(beans.texts("SELECT to_address FROM outbound_messages WHERE state = 'queued'"))
        .as("left to the sweep")
        .containsExactly("cy@example.org");
  }

  @Test
  void shouldCloseTheReviewOnceNoGroupWaits() {
    review();
    rows.add("UPDATE google_groups SET mapping = 'rejected' WHERE name = :a", "Tennis");

    reminders.remind();

    assertThat(notices()).containsExactly("group_mapping_review 0 reviewed");
  }

  @Test
  void shouldActOnlyInTheForenoonOfTheUsersZone() {
    dead("google_calendar", 1);
    for (String outside : List.of("2026-03-02T14:59:59Z", "2026-03-02T18:00:00Z")) {
      clock.set(outside);
      assertThat(reminders.due()).isFalse();
      assertThat(reminders.remind().result()).containsEntry("reminders", 0);
    }
    clock.set("2026-03-02T17:59:59Z");
    assertThat(reminders.due()).as("a missed run is made up for until one").isTrue();
    assertThat(reminders.remind().result()).containsEntry("reminders", 1);
  }

  @Test
  void shouldReadTheHourInZonesOfHalfAndQuarterHoursAndBeyondTheDateLine() {
    Map<String, String> tenOClock =
        Map.of(
            "Asia/Kathmandu", "2026-03-04T04:15:00Z",
            "Asia/Kolkata", "2026-03-04T04:30:00Z",
            "Pacific/Kiritimati", "2026-03-03T20:00:00Z",
            "Pacific/Niue", "2026-03-04T21:00:00Z",
            "Pacific/Apia", "2026-03-03T21:00:00Z",
            "Australia/Lord_Howe", "2026-03-03T23:00:00Z");
    tenOClock.forEach(
        (zone, ten) -> {
          Instant start = Instant.parse(ten);
          user = rows.user(zone + "@example.org", zone);
          dead("google_calendar", 1);
          clock.set(start.minusSeconds(1).toString());
          assertThat(reminders.remind().result()).as(zone).containsEntry("reminders", 0);
          clock.set(ten);
          assertThat(reminders.remind().result()).as(zone).containsEntry("reminders", 1);
        });
  }

  @Test
  void shouldRemindOnceADateAlsoWhenTheUserMovesWestOverTheDateLine() {
    rows.add("UPDATE users SET time_zone = 'Pacific/Kiritimati' WHERE id = :a", user);
    dead("google_calendar", 1);
    dead("google_contacts", 1);
    clock.set("2026-03-02T20:30:00Z");
    assertThat(reminders.remind().result()).as("March 3 there").containsEntry("reminders", 1);

    rows.add("UPDATE users SET time_zone = 'Pacific/Niue' WHERE id = :a", user);
    clock.set("2026-03-03T21:30:00Z");
    assertThat(reminders.remind().result()).as("March 3 again").containsEntry("reminders", 0);
    clock.set("2026-03-04T21:30:00Z");
    assertThat(reminders.remind().result()).containsEntry("reminders", 1);
  }

  @Test
  void shouldSayNothingDuringAPauseAndKeepTheStage() {
    dead("google_calendar", 1);
    rows.add(
        """
        INSERT INTO notification_preferences (user_id, paused_until)
        VALUES (:a, '2026-03-02T16:00:00Z')
        """,
        user);

    assertThat(reminders.remind().result()).containsEntry("reminders", 0);
    assertThat(notices()).containsExactly("token_invalid 1 open");
    clock.set("2026-03-02T16:11:00Z");
    assertThat(reminders.remind().result()).containsEntry("reminders", 1);
  }

  @Test
  void shouldTextAfterQuietHoursThatLastBeyondTen() {
    rows.phone(user, "+12025550143");
    rows.add(
        "INSERT INTO notification_preferences (user_id, quiet_end) VALUES (:a, '11:30')", user);
    dead("google_calendar", 1);

    reminders.remind();

    assertThat(
            beans.texts(
                """
                SELECT channel || ' ' || to_char(not_before AT TIME ZONE 'UTC', 'HH24:MI')
                FROM outbound_messages ORDER BY channel DESC
                """))
        .containsExactly("email 15:11", "sms 16:30");
  }

  @Test
  void shouldLeaveTheNoticeInTheAppWhereTheUserWantsNoMessages() {
    rows.add(
        "INSERT INTO notification_preferences (user_id, email_enabled) VALUES (:a, false)", user);
    dead("google_calendar", 1);

    reminders.remind();

    assertThat(notices()).containsExactly("token_invalid 2 open");
    assertThat(beans.texts("SELECT id FROM outbound_messages")).isEmpty();
    assertThat(counted("token_invalid", "in_app")).isEqualTo(1);
  }

  @Test
  void shouldRemindTheOthersWhereOneUserFails() {
    dead("google_calendar", 1);
    user = rows.user("bea@example.org", "America/New_York");
    dead("google_calendar", 1);
    beans
        .jdbc()
        .sql(
            "ALTER TABLE outbound_messages ADD CONSTRAINT broken CHECK (to_address <> 'ann@example.org')")
        .update();
    try {
      Reminders.Reminded reminded = reminders.remind();

      assertThat(reminded.result()).containsEntry("reminders", 1);
      assertThat(beans.texts("SELECT to_address FROM outbound_messages"))
          .containsExactly("bea@example.org");
      assertThatThrownBy(() -> reminders.settle(Map.of(), null, reminded))
          .hasMessageContaining("broken");
      assertThat(counted("unknown", "failed")).isEqualTo(1);
    } finally {
      beans.jdbc().sql("ALTER TABLE outbound_messages DROP CONSTRAINT broken").update();
    }
  }

  @Test
  void shouldRemindTheOthersWhereOneUsersZoneCannotBeRead() {
    dead("google_calendar", 1);
    rows.add("UPDATE users SET time_zone = 'Nowhere/Atlantis' WHERE id = :a", user);
    assertThat(reminders.due()).as("nobody else").isFalse();
    user = rows.user("bea@example.org", "America/New_York");
    dead("google_calendar", 1);

    assertThat(reminders.due()).isTrue();
    Reminders.Reminded reminded = reminders.remind();

    assertThat(reminders.settle(Map.of(), null, reminded)).containsEntry("reminders", 1);
    assertThat(beans.texts("SELECT to_address FROM outbound_messages"))
        .containsExactly("bea@example.org");
    assertThat(beans.get(MeterRegistry.class).get("millrace.zones.unreadable").counter().count())
        .isPositive();
  }

  @Test
  void shouldCountOpenNoticesByKindWithoutAQueryForEachLook() {
    dead("google_calendar", 1);
    MeterRegistry meters = beans.get(MeterRegistry.class);

    assertThat(meters.get("notices.open").tag("kind", "token_invalid").gauge().value())
        .isEqualTo(1);
    long before = beans.statements();
    assertThat(meters.get("notices.open").tag("kind", "suggestion_conflict").gauge().value())
        .isZero();
    assertThat(beans.statements()).isEqualTo(before);

    rows.add("UPDATE notices SET resolved_at = now() WHERE user_id = :a", user);
    clock.advance(Duration.ofSeconds(15));
    assertThat(meters.get("notices.open").tag("kind", "token_invalid").gauge().value()).isZero();
  }

  private double counted(String kind, String outcome) {
    return beans
        .get(MeterRegistry.class)
        .get("millrace.reminders")
        .tags("kind", kind, "outcome", outcome)
        .counter()
        .count();
  }

  private UUID contact(String name) {
    return rows.contact(user, name, "weekly", "2026-01-01T12:00:00Z");
  }

  private UUID sent(String name, String start) {
    UUID suggestion =
        rows.suggestion(
            user, contact(name), start, Instant.parse(start).plusSeconds(3600).toString());
    rows.add(
        "UPDATE suggestions SET first_sent_at = '2026-03-01T14:00:00Z' WHERE id = :a", suggestion);
    return suggestion;
  }

  /** A notice of a grant that died a week before the clock's start. */
  private UUID dead(String integration, int stage) {
    Instant died = Instant.parse("2026-02-23T15:11:00Z");
    UUID connection = rows.connection(user, integration);
    rows.add(
        """
        UPDATE google_connections SET status = 'needs_reauth', status_changed_at = :b WHERE id = :a
        """,
        connection,
        SqlInstant.of(died));
    return rows.add(
        """
        INSERT INTO notices (id, user_id, kind, subject_key, opened_at, stage, next_reminder_at)
        VALUES (:id, :a, 'token_invalid', CAST(:b AS text), :c, :d, :e)
        """,
        user,
        connection,
        SqlInstant.of(died),
        stage,
        SqlInstant.of(died.plus(Duration.ofDays(7))));
  }

  private void review() {
    UUID connection = rows.connection(user, "google_contacts");
    rows.add(
        """
        INSERT INTO google_groups (connection_id, resource_name, name)
        VALUES (:a, 'contactGroups/1', 'Tennis')
        """,
        connection);
    rows.add(
        """
        INSERT INTO notices (user_id, kind, subject_key, next_reminder_at)
        VALUES (:a, 'group_mapping_review', CAST(:a AS text), '2026-03-02T09:00:00Z')
        """,
        user);
  }

  private String key(String end) {
    return "notice:%s:%s".formatted(beans.text("SELECT id FROM notices"), end);
  }

  private List<String> notices() {
    return beans.texts(
        "SELECT kind || ' ' || stage || ' ' || coalesce(resolution, 'open') FROM notices ORDER BY 1");
  }

  private String next(UUID notice) {
    return beans.text(
        "SELECT to_char(next_reminder_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM notices WHERE id = '%s'"
            .formatted(notice));
  }
}
