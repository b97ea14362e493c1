package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.job.SqlInstant;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.mail.MailServer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NotificationReminderRouteTest extends RunningMillrace {

  @Test
  void shouldExpireWhatBeginsSoonAndAskForNewSuggestions() {
    UUID user = rows.user("ann@example.org", "UTC");
    UUID bob = rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    UUID suggestion = rows.suggestion(user, bob, inDays(3, 10), inDays(3, 11));
    Instant soon = Instant.now().plus(Duration.ofMinutes(30));
    rows.add(
        "UPDATE suggestions SET slot_start = :b, slot_end = :c WHERE id = :a",
        suggestion,
        SqlInstant.of(soon),
        SqlInstant.of(soon.plus(Duration.ofHours(1))));

    assertThat(run("notification-reminder", Map.of()).toString()).contains("\"expired\":1");

    assertThat(jdbc.sql("SELECT state FROM suggestions").query(String.class).single())
        .isEqualTo("expired");
    assertThat(added("suggestion-generation"))
        .extracting(job -> job.path("userId").asText())
        .containsExactly(user.toString());
  }

  @Test
  void shouldRemindByEmailOfASuggestionWithoutAnAnswerOnce() {
    SandboxUser person = SANDBOX.users().get(0);
    UUID user = user(person);
    Instant now = Instant.now();
    int hour = now.atZone(ZoneOffset.UTC).getHour();
    // somebody for whom it is eleven
    rows.add(
        "UPDATE users SET time_zone = :b WHERE id = :a",
        user,
        ZoneOffset.ofHours(11 - hour).getId());
    UUID bob = rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    Instant slot = now.plus(Duration.ofHours(30));
    UUID suggestion =
        rows.suggestion(user, bob, slot.toString(), slot.plus(Duration.ofHours(1)).toString());
    rows.add(
        "UPDATE suggestions SET first_sent_at = :b WHERE id = :a",
        suggestion,
        SqlInstant.of(now.minus(Duration.ofDays(2))));
    int before = SANDBOX.mail().messagesTo(person.email()).size();

    assertThat(run("notification-reminder", Map.of()).toString())
        .contains("\"expired\":0", "\"reminders\":1", "\"suppressed\":0");
    assertThat(run("notification-reminder", Map.of()).toString()).contains("\"reminders\":0");

    await()
        .untilAsserted(
            () ->
                assertThat(SANDBOX.mail().messagesTo(person.email()))
                    .hasSize(before + 1)
                    .last()
                    .satisfies(
                        mail ->
                            assertThat(MailServer.text(mail))
                                .contains("Bob", "https://millrace.example/suggestions")));
    assertThat(added("batch-notifications")).hasSize(1);
  }

  @Test
  void shouldAgeSuggestionsAlsoWhereAUserCannotBeReminded() {
    UUID user = rows.user("ann@example.org", "Nowhere/Atlantis");
    rows.add(
        """
        INSERT INTO notices (user_id, kind, subject_key, next_reminder_at)
        VALUES (:a, 'group_mapping_review', CAST(:a AS text), now())
        """,
        user);
    rows.add(
        "INSERT INTO google_groups (connection_id, resource_name, name) VALUES (:a, 'contactGroups/1', 'Tennis')",
        rows.connection(user, "google_contacts"));
    Instant soon = Instant.now().plus(Duration.ofMinutes(30));
    rows.suggestion(
        user,
        rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z"),
        soon.toString(),
        soon.plusSeconds(3600).toString());

    String id = add("notification-reminder", Map.of());

    awaitLedger("notification-reminder", id, "completed");
    assertThat(jdbc.sql("SELECT state FROM suggestions").query(String.class).single())
        .isEqualTo("expired");
    assertThat(added("suggestion-generation")).hasSize(1);
  }
}
