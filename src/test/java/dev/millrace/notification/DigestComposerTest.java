package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.PermanentException;
import dev.millrace.job.Rows;
import dev.millrace.job.SkippedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DigestComposerTest {

  // a Sunday, nine o'clock in New York
  private final TestClock clock = new TestClock("2026-03-01T14:00:00Z");
  private JobBeans beans;
  private Rows rows;
  private DigestComposer composer;
  private UUID user;

  @BeforeEach
  void start() {
    beans = NotificationBeans.start(clock);
    rows = beans.rows();
    composer = beans.get(DigestComposer.class);
    user = rows.user("ann@example.org", "America/New_York");
    rows.add(
        """
        INSERT INTO notification_preferences (user_id, next_digest_date, next_digest_at)
        VALUES (:a, '2026-03-01', '2026-03-01T14:00:00Z')
        """,
        user);
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldWriteTheUsersOwnDigestAndNameTheNextDate() {
    rows.phone(user, "+12025550143");
    suggestion("Bob Stone", "2026-03-03T23:00:00Z", "2026-03-04T00:00:00Z", 120);
    suggestion("Ann Lee", "2026-03-04T15:00:00Z", "2026-03-04T16:00:00Z", 200);

    DigestComposer.Composed composed = composer.compose(payload("2026-03-01"));

    assertThat(composed.result()).containsEntry("composed", 2).containsEntry("items", 2);
    assertThat(composed.deliveries()).hasSize(1);
    assertThat(beans.text("SELECT body FROM outbound_messages WHERE channel = 'sms'"))
        .isEqualTo(
            "Millrace: 1) Ann Lee - Wed Mar 4, 10:00 AM 2) Bob Stone - Tue Mar 3, 6:00 PM. "
                + "Reply 1, 1 NO or 1 LATER. Reply STOP to opt out.");
    assertThat(beans.texts("SELECT DISTINCT to_address FROM outbound_messages"))
        .containsExactlyInAnyOrder("ann@example.org", "+12025550143");
    assertThat(beans.texts("SELECT dedup_key FROM outbound_messages"))
        .contains("digest:%s:2026-03-01:email".formatted(user));
    assertThat(beans.text("SELECT count(*) FROM digest_items")).isEqualTo("4");
    // the week after begins with the change of clocks
    assertThat(nextDigest()).isEqualTo("2026-03-08 2026-03-08 13:00");
  }

  @Test
  void shouldWriteADigestOnceHoweverOftenItIsAskedFor() {
    suggestion("Bob", "2026-03-03T23:00:00Z", "2026-03-04T00:00:00Z", 120);
    composer.compose(payload("2026-03-01"));

    assertThatThrownBy(() -> composer.compose(payload("2026-03-01")))
        .isInstanceOf(SkippedException.class)
        .hasMessageContaining("not_due");
    assertThat(beans.text("SELECT count(*) FROM outbound_messages")).isEqualTo("1");
  }

  @Test
  void shouldWriteNoDigestBeforeItsTimeAlsoWhereNoDateIsNamed() {
    suggestion("Bob", "2026-03-10T23:00:00Z", "2026-03-11T00:00:00Z", 120);
    Map<String, Object> undated = Map.of("userId", user.toString());
    assertThat(composer.compose(undated).result()).containsEntry("composed", 1);

    assertThatThrownBy(() -> composer.compose(undated))
        .as("tried again, because what followed failed")
        .isInstanceOf(SkippedException.class)
        .hasMessageContaining("not_due");

    assertThat(nextDigest()).startsWith("2026-03-08");
  }

  @Test
  void shouldTextAWorkerOfTheNightOnceTheyAreUp() {
    rows.phone(user, "+12025550143");
    rows.add(
        """
        UPDATE notification_preferences
        SET email_enabled = false, quiet_end = '14:00', digest_time = '21:30',
            next_digest_at = '2026-03-02T02:30:00Z'
        WHERE user_id = :a
        """,
        user);
    suggestion("Bob", "2026-03-04T23:00:00Z", "2026-03-05T00:00:00Z", 120);
    clock.set("2026-03-02T02:30:00Z");

    composer.compose(payload("2026-03-01"));

    assertThat(
            beans.text(
                """
                SELECT state || ' ' || (not_before = '2026-03-02T19:00:00Z')
                FROM outbound_messages
                """))
        .isEqualTo("queued true");
  }

  @Test
  void shouldBeSilentWithoutSuggestionsAndStillMoveOn() {
    assertThat(composer.compose(payload("2026-03-01")).result()).containsEntry("composed", 0);

    assertThat(beans.texts("SELECT id FROM outbound_messages")).isEmpty();
    assertThat(nextDigest()).startsWith("2026-03-08");
  }

  @Test
  void shouldLeaveOutWhatCannotHappen() {
    suggestion("Too soon", "2026-03-01T15:30:00Z", "2026-03-01T16:00:00Z", 300);
    UUID archived = suggestion("Archived", "2026-03-03T15:00:00Z", "2026-03-03T16:00:00Z", 300);
    rows.add(
        """
        UPDATE contacts SET archived_at = now(), archived_by = 'user'
        WHERE id IN (SELECT contact_id FROM suggestion_contacts WHERE suggestion_id = :a)
        """,
        archived);
    suggestion("Busy", "2026-03-05T15:00:00Z", "2026-03-05T16:00:00Z", 300);
    rows.busy(
        rows.calendar(rows.connection(user, "google_calendar")),
        "2026-03-05T15:30:00Z",
        "2026-03-05T15:45:00Z");
    UUID snoozed = suggestion("Snoozed", "2026-03-06T15:00:00Z", "2026-03-06T16:00:00Z", 300);
    rows.add(
        "UPDATE suggestions SET state = 'snoozed', snoozed_until = now() WHERE id = :a", snoozed);
    suggestion("Fine", "2026-03-07T15:00:00Z", "2026-03-07T16:00:00Z", 100);

    assertThat(composer.compose(payload("2026-03-01")).result()).containsEntry("items", 1);
    assertThat(beans.text("SELECT body FROM outbound_messages")).contains("Fine");
  }

  @Test
  void shouldKeepATextMessageWithinThreeSegments() {
    rows.phone(user, "+12025550143");
    for (int day = 3; day < 15; day++) {
      suggestion(
          "A very long name that goes on and on and on, the %dth of its line, and so forth"
              .formatted(day),
          "2026-03-%02dT15:00:00Z".formatted(day),
          "2026-03-%02dT16:00:00Z".formatted(day),
          100);
    }

    composer.compose(payload("2026-03-01"));

    assertThat(beans.text("SELECT body FROM outbound_messages WHERE channel = 'sms'"))
        .hasSizeLessThanOrEqualTo(459)
        .endsWith("Reply STOP to opt out.");
    assertThat(
            beans.texts(
                """
                SELECT m.channel || ' ' || count(*) FROM digest_items d
                JOIN outbound_messages m ON m.id = d.message_id GROUP BY m.channel
                """))
        .contains("email 10")
        .anyMatch(text -> text.matches("sms [1-4]"));
  }

  @Test
  void shouldStillSendALateDigestOnItsOwnDayButNotTheDayAfter() {
    suggestion("Bob", "2026-03-05T23:00:00Z", "2026-03-06T00:00:00Z", 120);
    clock.advance(Duration.ofHours(8));
    assertThat(composer.compose(payload("2026-03-01")).result()).containsEntry("composed", 1);

    clock.set("2026-03-09T15:00:00Z");
    suggestion("Cy", "2026-03-12T23:00:00Z", "2026-03-13T00:00:00Z", 120);
    assertThat(composer.compose(payload("2026-03-08")).result()).containsEntry("composed", 0);
    assertThat(nextDigest()).startsWith("2026-03-15");
  }

  @Test
  void shouldNotSendDuringAPause() {
    suggestion("Bob", "2026-03-05T23:00:00Z", "2026-03-06T00:00:00Z", 120);
    rows.add(
        "UPDATE notification_preferences SET paused_until = '2026-03-02T00:00:00Z' WHERE user_id = :a",
        user);

    assertThat(composer.compose(payload("2026-03-01")).result()).containsEntry("composed", 0);
    assertThat(nextDigest()).startsWith("2026-03-08");
  }

  @Test
  void shouldWriteAnEmailAloneToWhoCannotOrDoesNotWantTexts() {
    suggestion("Bob", "2026-03-05T23:00:00Z", "2026-03-06T00:00:00Z", 120);
    rows.phone(user, "+12025550143");
    rows.add("UPDATE user_phones SET opted_out_at = now() WHERE user_id = :a", user);

    assertThat(composer.compose(payload("2026-03-01")).result()).containsEntry("composed", 1);
    assertThat(beans.texts("SELECT to_address FROM outbound_messages"))
        .containsExactly("ann@example.org");

    rows.add(
        "UPDATE user_phones SET opted_out_at = NULL, verified_at = NULL WHERE user_id = :a", user);
    assertThat(nextChannels("2026-03-08")).containsExactly("email");
    rows.add(
        "UPDATE user_phones SET verified_at = now(), unusable_code = 21614 WHERE user_id = :a",
        user);
    assertThat(nextChannels("2026-03-15")).containsExactly("email");
    rows.add("UPDATE user_phones SET unusable_code = NULL WHERE user_id = :a", user);
    assertThat(nextChannels("2026-03-22")).containsExactlyInAnyOrder("email", "sms");
    rows.add(
        """
        UPDATE notification_preferences SET email_enabled = false, sms_enabled = false
        WHERE user_id = :a
        """,
        user);
    assertThat(nextChannels("2026-03-29")).as("in the app alone").isEmpty();
  }

  private List<String> nextChannels(String date) {
    clock.set(date + "T13:00:00Z");
    suggestion("Cy", date + "T23:00:00Z", date + "T23:30:00Z", 100);
    composer.compose(payload(date));
    return beans.texts(
        "SELECT channel FROM outbound_messages WHERE dedup_key LIKE '%%:%s:%%'".formatted(date));
  }

  @Test
  void shouldWithdrawAnOlderDigestThatNeverLeft() {
    suggestion("Bob", "2026-03-05T23:00:00Z", "2026-03-06T00:00:00Z", 120);
    composer.compose(payload("2026-03-01"));

    nextChannels("2026-03-08");

    assertThat(
            beans.texts("SELECT state || ' ' || coalesce(state_reason, '') FROM outbound_messages"))
        .containsExactlyInAnyOrder("suppressed superseded", "queued ");
  }

  @Test
  void shouldLeaveOutOfAnEveningsTextWhatBeginsBeforeItArrives() {
    rows.add(
        """
        UPDATE notification_preferences SET next_digest_at = '2026-03-02T03:00:00Z'
        WHERE user_id = :a
        """,
        user);
    rows.phone(user, "+12025550143");
    suggestion("Early", "2026-03-02T14:00:00Z", "2026-03-02T14:30:00Z", 120);
    suggestion("Late", "2026-03-02T20:00:00Z", "2026-03-02T20:30:00Z", 100);
    clock.set("2026-03-02T03:00:00Z");

    composer.compose(payload("2026-03-01"));

    assertThat(beans.text("SELECT body FROM outbound_messages WHERE channel = 'sms'"))
        .contains("1) Late")
        .doesNotContain("Early");
    assertThat(beans.text("SELECT body FROM outbound_messages WHERE channel = 'email'"))
        .contains("1) Early", "2) Late");
  }

  @Test
  void shouldServeEverybodyBeforeAnybodysMany() {
    UUID other = rows.user("bob@example.org", "UTC");
    for (int at = 0; at < DueNotifications.MOST_MESSAGES + 10; at++) {
      message(user, "2026-02-27T00:00:00Z");
    }
    UUID theirs = message(other, "2026-02-28T00:00:00Z");

    List<List<Map<String, Object>>> due = beans.get(DueNotifications.class).find().deliveries();

    assertThat(due.toString()).contains(theirs.toString());
    assertThat(due.stream().flatMap(List::stream)).hasSize(10);
  }

  private UUID message(UUID owner, String notBefore) {
    return rows.add(
        """
        INSERT INTO outbound_messages (id, user_id, channel, purpose, dedup_key, to_address, body,
                                       not_before, expires_at)
        VALUES (:id, :a, 'email', 'reminder', CAST(:id AS text), 'ann@example.org', 'Hello',
                CAST(:b AS timestamptz), '2026-04-01T00:00:00Z')
        """,
        owner,
        notBefore);
  }

  @Test
  void shouldNameWhatIsWrongWithItsData() {
    assertThatThrownBy(() -> composer.compose(payload("tomorrow")))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("occurrenceDate")
        .hasMessageContaining("2026-11-01");
    assertThatThrownBy(() -> composer.compose(Map.of()))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("userId");
  }

  @Test
  void shouldTellTheTickWhatIsDueAndNothingElse() {
    DueNotifications tick = beans.get(DueNotifications.class);
    clock.set("2026-03-01T13:59:59Z");
    assertThat(tick.find().digests()).isEmpty();
    assertThat(tick.find().deliveries()).isEmpty();

    clock.set("2026-03-01T14:00:00Z");
    assertThat(tick.find().digests())
        .containsExactly(
            List.of(
                Map.of(
                    "userId",
                    user.toString(),
                    "dayOfWeek",
                    0,
                    "time",
                    "09:00",
                    "occurrenceDate",
                    "2026-03-01")));

    suggestion("Bob", "2026-03-05T23:00:00Z", "2026-03-06T00:00:00Z", 120);
    composer.compose(payload("2026-03-01"));
    assertThat(tick.find().deliveries()).as("its own event delivers it").isEmpty();
    clock.advance(DueNotifications.GRACE);
    assertThat(tick.find().deliveries()).as("the event was lost").hasSize(1);
    assertThat(tick.find().digests()).isEmpty();
  }

  private UUID suggestion(String name, String start, String end, int priority) {
    UUID contact = rows.contact(user, name, "weekly", "2026-01-01T00:00:00Z");
    UUID suggestion = rows.suggestion(user, contact, start, end);
    rows.add("UPDATE suggestions SET priority = :b WHERE id = :a", suggestion, priority);
    return suggestion;
  }

  private Map<String, Object> payload(String date) {
    return Map.of("userId", user.toString(), "occurrenceDate", date);
  }

  private String nextDigest() {
    return beans.text(
        """
        SELECT next_digest_date || ' ' || to_char(next_digest_at AT TIME ZONE 'UTC',
               'YYYY-MM-DD HH24:MI')
        FROM notification_preferences
        """);
  }
}
