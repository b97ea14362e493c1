package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.account.Integration;
import dev.millrace.job.SqlInstant;
import dev.millrace.sandbox.SandboxUser;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What users of the source system suffered from suggestions and messages; docs/jobs.md has the list
 * of all its defects.
 */
class OldDefectsTest extends RunningMillrace {

  private final SandboxUser person = SANDBOX.users().get(1);
  private final String number = "+1202556" + "%04d".formatted(System.nanoTime() % 10_000);

  /** B1: digests went to the contacts. */
  @Test
  void shouldNotTellMyContactsWhatISayAboutThem() {
    UUID user = digestUser("UTC");
    UUID bob = rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    point(bob, user, "email", "bob@example.org");
    point(bob, user, "phone", "+12025550199");
    rows.suggestion(user, bob, inDays(3, 10), inDays(3, 11));

    digest(user);

    assertThat(
            jdbc.sql("SELECT DISTINCT to_address FROM outbound_messages")
                .query(String.class)
                .list())
        .containsExactlyInAnyOrder(person.email(), number);
    assertThat(SANDBOX.mail().messagesTo("bob@example.org")).isEmpty();
    assertThat(SANDBOX.sms().to("+12025550199")).isEmpty();
    assertThat(bodies())
        .allSatisfy(body -> assertThat(body).doesNotContain("bob@example.org", "0199"));
  }

  /** B2: one message a suggestion, and all of them again after a retry. */
  @Test
  void shouldNotFloodMeWithAMessageForEachSuggestion() {
    UUID user = digestUser("UTC");
    for (int day = 2; day < 8; day++) {
      UUID contact = rows.contact(user, "Friend " + day, "weekly", "2026-01-01T00:00:00Z");
      rows.suggestion(user, contact, inDays(day, 10), inDays(day, 11));
    }
    int before = SANDBOX.mail().messagesTo(person.email()).size();

    digest(user);
    digest(user);

    awaitIdle();
    await().until(() -> SANDBOX.sms().to(number).size() == 1);
    assertThat(SANDBOX.mail().messagesTo(person.email())).hasSize(before + 1);
    assertThat(SANDBOX.sms().to(number)).hasSize(1);
  }

  /** B3: reminders were noted and never sent. */
  @Test
  void shouldTellMeThatMyCalendarIsNoLongerRead() {
    UUID user = user(person);
    connect(user, person, Integration.GOOGLE_CALENDAR);
    int before = SANDBOX.mail().messagesTo(person.email()).size();
    SANDBOX.grants().revoke(person.email());
    try {
      run("calendar-sync", Map.of("userId", user.toString()));
      // what follows the dead grant waits a minute for the other grant; the sweep finds it as well
      run("token-health-reminder", Map.of());

      await().until(() -> SANDBOX.mail().messagesTo(person.email()).size() == before + 1);
    } finally {
      SANDBOX.restoreGrants(person.email());
    }
  }

  /** B14: times were printed in the server's zone. */
  @Test
  void shouldTellMeTimesOfMyOwnZone() {
    UUID user = digestUser("Asia/Tokyo");
    UUID bob = rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    // 10:00 UTC is 19:00 in Tokyo
    rows.suggestion(user, bob, inDays(3, 10), inDays(3, 11));

    digest(user);

    assertThat(bodies())
        .isNotEmpty()
        .allSatisfy(body -> assertThat(body).contains("7:00 PM").doesNotContain("10:00"));
  }

  /** B15: the same contact was offered again every six hours, and {@code na} once a year. */
  @Test
  void shouldNotOfferMeTheSamePersonAgainAndAgainNorWhomIDoNotWant() {
    UUID user = connected();
    rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    rows.contact(user, "Ex", "na", "2016-01-01T00:00:00Z");

    run("suggestion-generation", Map.of("userId", user.toString()));
    run("suggestion-generation", Map.of("userId", user.toString()));

    assertThat(
            jdbc.sql(
                    """
                    SELECT c.name FROM suggestion_contacts s JOIN contacts c ON c.id = s.contact_id""")
                .query(String.class)
                .list())
        .containsExactly("Bob");
  }

  /** B16: pairs and triples of all contacts were tried, and the process ran out of memory. */
  @Test
  void shouldNotFallOverMyEightHundredContacts() {
    UUID user = connected();
    rows.add(
        """
        INSERT INTO contacts (user_id, name, frequency, last_contact_at)
        SELECT :a, 'Contact ' || n, 'weekly', now() - interval '90 days'
        FROM generate_series(1, 800) n
        """,
        user);

    int created =
        run("suggestion-generation", Map.of("userId", user.toString())).path("created").asInt();

    assertThat(created).isBetween(1, 10);
  }

  /** B17: repairs looked at the cached list. */
  @Test
  void shouldNotLeaveMeWithAnOfferForATimeThatIsTaken() {
    UUID user = connected();
    UUID bob = rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    UUID offer = rows.suggestion(user, bob, inDays(2, 10), inDays(2, 11));
    UUID calendar = jdbc.sql("SELECT id FROM calendars").query(UUID.class).single();
    rows.busy(calendar, inDays(2, 10), inDays(2, 11));

    run("suggestion-regeneration", Map.of("userId", user.toString(), "reason", "calendar_sync"));

    assertThat(
            jdbc.sql("SELECT state FROM suggestions WHERE id = :id")
                .param("id", offer)
                .query(String.class)
                .single())
        .isNotEqualTo("pending");
  }

  private UUID connected() {
    UUID user = rows.user("ann@example.org", "UTC");
    UUID connection = rows.connection(user, "google_calendar");
    rows.syncState(connection, Instant.now().plusSeconds(3600), Instant.now());
    rows.calendar(connection);
    return user;
  }

  private UUID digestUser(String zone) {
    UUID user = user(person);
    rows.add("UPDATE users SET time_zone = :b WHERE id = :a", user, zone);
    rows.phone(user, number);
    return user;
  }

  private void digest(UUID user) {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    rows.add(
        """
        UPDATE notification_preferences SET next_digest_date = :b, next_digest_at = :c
        WHERE user_id = :a
        """,
        user,
        today,
        SqlInstant.of(Instant.now()));
    run(
        "batch-notifications",
        Map.of("userId", user.toString(), "occurrenceDate", today.toString()));
    awaitIdle();
  }

  private void point(UUID contact, UUID user, String kind, String value) {
    rows.add(
        "INSERT INTO contact_points (contact_id, user_id, kind, value) VALUES (:a, :b, :c, :d)",
        contact,
        user,
        kind,
        value);
  }

  private List<String> bodies() {
    return jdbc.sql("SELECT body FROM outbound_messages").query(String.class).list();
  }
}
