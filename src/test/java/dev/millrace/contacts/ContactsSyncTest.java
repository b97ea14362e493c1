package dev.millrace.contacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestClock;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.Integration;
import dev.millrace.job.JobBeans;
import dev.millrace.job.PermanentException;
import dev.millrace.job.Rows;
import dev.millrace.job.SandboxBeans;
import dev.millrace.job.SkippedException;
import dev.millrace.job.WaitException;
import dev.millrace.sandbox.SandboxOptions;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.LoggedRequest;
import dev.millrace.sandbox.http.Service;
import dev.millrace.sandbox.people.ContactDraft;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContactsSyncTest {

  private final TestClock clock = new TestClock("2026-03-02T06:00:00Z");
  private SandboxBeans world;
  private JobBeans beans;
  private Rows rows;
  private ContactsSync sync;
  private SandboxUser person;
  private UUID user;
  private UUID connection;

  @BeforeEach
  void start() {
    world =
        new SandboxBeans(
            SandboxOptions.defaults().clock(clock).withoutData(),
            Map.of(),
            "dev.millrace.account",
            "dev.millrace.contacts");
    beans = world.beans;
    rows = beans.rows();
    sync = beans.get(ContactsSync.class);
    person = world.sandbox.users().getFirst();
    user = rows.user(person.email(), "UTC");
    connection = world.connect(person, user, Integration.GOOGLE_CONTACTS);
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void shouldImportPeopleWithTheirPoints() {
    add(
        ContactDraft.named("Ada", "Lovelace")
            .emails("Ada@Example.ORG", "ada@home.example")
            .phones("+1 202 555 0143")
            .organization("Analytical Engines")
            .city("London"));

    ContactsSyncResult synced = run();

    assertThat(synced.result())
        .containsEntry("mode", "full")
        .containsEntry("imported", 1)
        .containsEntry("pages", 1);
    assertThat(
            beans.texts(
                """
                SELECT name || '|' || organization || '|' || location || '|' || source || '|'
                       || frequency
                FROM contacts
                """))
        .containsExactly("Ada Lovelace|Analytical Engines|London|google|monthly");
    assertThat(beans.texts("SELECT kind || ' ' || value FROM contact_points ORDER BY 1"))
        .containsExactly("email ada@example.org", "email ada@home.example", "phone +12025550143");
  }

  @Test
  void shouldCallPeopleByWhatIsKnownOfThem() {
    add(ContactDraft.named("", "").organization("Bakery"));
    add(ContactDraft.named("", "").emails("grace@example.org"));
    add(ContactDraft.named("", "").phones("+12025550143"));
    add(ContactDraft.named("", "").city("Nowhere"));

    assertThat(run().result()).containsEntry("imported", 3).containsEntry("ignored", 1);

    assertThat(beans.texts("SELECT name FROM contacts ORDER BY name"))
        .containsExactly("+12025550143", "Bakery", "grace");
  }

  @Test
  void shouldReadEveryPageAndThenOnlyWhatChanged() {
    for (int number = 0; number < 2_100; number++) {
      add(ContactDraft.named("Contact", "Number " + number).emails("c" + number + "@example.org"));
    }
    assertThat(run().result()).containsEntry("imported", 2_100).containsEntry("pages", 3);
    String renamed = add(ContactDraft.named("New", "Person"));
    world.sandbox.requests().clear();
    run();
    world
        .sandbox
        .contacts()
        .update(person.email(), renamed, draft -> ContactDraft.named("Newer", "Person"));

    assertThat(run().result())
        .containsEntry("mode", "incremental")
        .containsEntry("imported", 0)
        .containsEntry("updated", 1);

    assertThat(beans.text("SELECT count(*) FROM contacts")).isEqualTo("2101");
    assertThat(requests())
        .hasSize(2)
        .allSatisfy(
            request -> {
              assertThat(request.query()).containsKeys("requestSyncToken", "syncToken");
              assertThat(request.status()).isEqualTo(200);
            });
  }

  @Test
  void shouldChangeNothingTheSecondTime() {
    add(ContactDraft.named("Ada", "Lovelace").emails("ada@example.org"));
    run();

    assertThat(run("full").result())
        .containsEntry("mode", "full")
        .containsEntry("imported", 0)
        .containsEntry("updated", 0);
    assertThat(beans.text("SELECT count(*) FROM contact_points")).isEqualTo("1");
  }

  @Test
  void shouldArchiveWhatGoogleDeletedAndWithdrawItsSuggestions() {
    String ada = add(ContactDraft.named("Ada", "Lovelace"));
    run();
    UUID contact = UUID.fromString(beans.text("SELECT id FROM contacts"));
    rows.suggestion(user, contact, "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
    world.sandbox.contacts().delete(person.email(), ada);

    ContactsSyncResult synced = run();

    assertThat(synced.result()).containsEntry("archived", 1);
    assertThat(synced.withdrawn()).containsExactly(user);
    assertThat(beans.text("SELECT archived_by FROM contacts")).isEqualTo("google_delete");
    assertThat(beans.text("SELECT state || ' ' || dismiss_reason FROM suggestions"))
        .isEqualTo("dismissed contact_removed");
    ContactsSyncResult again = run();
    assertThat(again.result()).containsEntry("archived", 0);
    assertThat(again.withdrawn()).isEmpty();
  }

  @Test
  void shouldBringBackWhatGoogleRestoredButNotWhatTheUserArchived() {
    add(ContactDraft.named("Ada", "Lovelace"));
    add(ContactDraft.named("Grace", "Hopper"));
    run();
    archive("Ada Lovelace", "google_delete");
    archive("Grace Hopper", "user");

    assertThat(run("full").result()).containsEntry("restored", 1);

    assertThat(beans.texts("SELECT name FROM contacts WHERE archived_at IS NULL"))
        .containsExactly("Ada Lovelace");
  }

  @Test
  void shouldKeepWhatTheUserChangedHere() {
    String ada = add(ContactDraft.named("Ada", "Lovelace").organization("Engines").city("London"));
    run();
    rows.add(
        """
        UPDATE contacts SET name = :a, notes = 'met in spring', frequency = 'weekly',
                            user_edited = ARRAY['name']
        """,
        "Countess Ada");
    rows.add(
        """
        INSERT INTO contact_points (contact_id, user_id, kind, value)
        SELECT id, user_id, 'email', :a FROM contacts
        """,
        "private@example.org");
    world
        .sandbox
        .contacts()
        .update(
            person.email(),
            ada,
            draft -> draft.organization("New Engines").emails("private@example.org"));

    assertThat(run().result()).containsEntry("updated", 1);

    assertThat(
            beans.text(
                "SELECT name || '|' || organization || '|' || notes || '|' || frequency FROM contacts"))
        .isEqualTo("Countess Ada|New Engines|met in spring|weekly");
    assertThat(beans.text("SELECT source FROM contact_points")).isEqualTo("manual");
  }

  @Test
  void shouldReadInFullOnceWhereTheTokenExpired() {
    add(ContactDraft.named("Ada", "Lovelace"));
    run();
    world.sandbox.contacts().expireSyncTokens(person.email());
    add(ContactDraft.named("Grace", "Hopper"));

    assertThat(run().result()).containsEntry("mode", "full").containsEntry("imported", 1);
    assertThat(run().result()).containsEntry("mode", "incremental");
  }

  @Test
  void shouldReadInFullBeforeTheTokenCanExpire() {
    run();
    clock.advance(Duration.ofDays(5));
    assertThat(run().result()).containsEntry("mode", "incremental");

    clock.advance(Duration.ofDays(1).plusSeconds(1));
    assertThat(run().result()).as("six days after the full read").containsEntry("mode", "full");
  }

  @Test
  void shouldCallItTransientWhereGoogleExpiresATokenThatWasNotSent() {
    world.sandbox.faults().add(Fault.answer(Service.PEOPLE, 410, ""));

    assertThatThrownBy(this::run).isInstanceOf(GoogleUnavailableException.class);
  }

  @Test
  void shouldSayWhoseContactsChangedAlsoWhereALaterPageFails() {
    for (int number = 0; number < 1_500; number++) {
      add(ContactDraft.named("Contact", "Number " + number));
    }
    world.sandbox.faults().add(Fault.serverError(Service.PEOPLE, 503).withQuery("pageToken"));

    ContactsSyncResult failed = reads("incremental", 0);

    assertThat(beans.text("SELECT count(*) FROM contacts")).isEqualTo("1000");
    assertThat(failed.changed()).containsExactly(user);
    assertThat(failed.withdrawn()).containsExactly(user);
    assertThatThrownBy(() -> sync.settle(failed)).isSameAs(failed.failure());
    world.sandbox.faults().add(Fault.tooManyRequests(Service.PEOPLE, Duration.ofSeconds(1)));
    assertThat(reads("incremental", 1).changed()).as("what ends it does not matter").hasSize(1);
    assertThat(run().changed()).hasSize(1);
    assertThat(run().changed()).isEmpty();
  }

  @Test
  void shouldKeepTheTokenOutUntilTheLastPageIsWritten() {
    for (int number = 0; number < 1_500; number++) {
      add(ContactDraft.named("Contact", "Number " + number));
    }
    world.sandbox.faults().add(Fault.serverError(Service.PEOPLE, 503).withQuery("pageToken"));

    assertThatThrownBy(this::run).isInstanceOf(GoogleUnavailableException.class);
    assertThat(beans.text("SELECT count(*) FROM contacts")).isEqualTo("1000");
    assertThat(beans.text("SELECT sync_token IS NULL FROM contacts_sync")).isEqualTo("t");
    assertThat(beans.text("SELECT lease_owner IS NULL AND failures = 1 FROM sync_state"))
        .isEqualTo("t");

    assertThat(run().result()).containsEntry("mode", "full").containsEntry("imported", 500);
    assertThat(beans.text("SELECT count(*) FROM contacts")).isEqualTo("1500");
    assertThat(beans.text("SELECT failures FROM sync_state")).isEqualTo("0");
  }

  @Test
  void shouldWaitWhereGoogleAsksForItAndKeepTheBreakerOut() {
    world.sandbox.faults().add(Fault.tooManyRequests(Service.PEOPLE, Duration.ofSeconds(120)));

    assertThatThrownBy(this::run)
        .isInstanceOfSatisfying(
            WaitException.class,
            wait -> assertThat(wait.until()).isEqualTo("2026-03-02T06:02:00Z"));
    assertThat(beans.text("SELECT failures FROM sync_state")).isEqualTo("0");
  }

  @Test
  void shouldLetTheBreakerStopScheduledRunsButNotTheUsers() {
    world.sandbox.faults().add(Fault.serverError(Service.PEOPLE, 503).times(3));
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatThrownBy(this::run).isInstanceOf(GoogleUnavailableException.class);
    }

    assertThatThrownBy(this::run)
        .isInstanceOf(SkippedException.class)
        .hasMessageContaining("breaker_open");
    assertThat(sync.sync(Map.of("userId", user.toString(), "trigger", "manual"), "job", 0).result())
        .containsEntry("mode", "full");
  }

  @Test
  void shouldCountAJobOnceAgainstTheBreakerAndForgetAllOnReconnecting() {
    world.sandbox.faults().add(Fault.serverError(Service.PEOPLE, 503).times(2));
    Map<String, Object> payload = Map.of("userId", user.toString());
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThat(sync.sync(payload, "job", attempt).failure())
          .isInstanceOf(GoogleUnavailableException.class);
    }
    assertThat(beans.text("SELECT failures FROM sync_state")).isEqualTo("1");
    rows.add(
        "UPDATE sync_state SET breaker = 'open', failures = 5 WHERE connection_id = :a",
        connection);

    sync.sync(Map.of("userId", user.toString(), "trigger", "reconnect"), "job", 0);

    assertThat(beans.text("SELECT breaker || ' ' || failures FROM sync_state"))
        .isEqualTo("closed 0");
  }

  @Test
  void shouldSkipAndHaveTheUserToldWhenTheGrantIsDead() {
    world.sandbox.grants().revoke(person.email());

    ContactsSyncResult synced = run();

    assertThat(synced.result()).containsEntry("skippedReason", "invalid_grant");
    assertThat(synced.changed()).as("pages may have been read before").containsExactly(user);
    assertThat(synced.reminders()).containsExactly(Map.of("connectionId", connection.toString()));
    assertThatThrownBy(this::run)
        .isInstanceOf(SkippedException.class)
        .hasMessageContaining("needs_reauth");
    assertThat(beans.texts("SELECT result || ' ' || reason FROM sync_runs ORDER BY id"))
        .containsExactly("skipped invalid_grant", "skipped needs_reauth");
  }

  @Test
  void shouldAskForSuggestionsOnlyAfterTheFirstSync() {
    assertThat(run().generate()).containsExactly(Map.of("userId", user.toString()));
    assertThat(run().generate()).isEmpty();
    assertThat(
            beans.texts(
                "SELECT trigger || ' ' || mode || ' ' || result FROM sync_runs ORDER BY id"))
        .containsExactly("scheduled full success", "scheduled incremental success");
  }

  @Test
  void shouldWaitWhileAnotherRunHoldsTheLease() {
    run();
    rows.add(
        "UPDATE sync_state SET lease_owner = 'other', lease_until = CAST(:a AS timestamptz)",
        "2026-03-02T06:10:00Z");

    assertThatThrownBy(this::run)
        .isInstanceOf(WaitException.class)
        .hasMessageContaining("lease_held");
  }

  @Test
  void shouldSkipAUserWithoutContactsAndRefuseDataThatMakesNoSense() {
    UUID other = rows.user("other@example.org", "UTC");

    assertThatThrownBy(() -> sync.sync(Map.of("userId", other.toString()), "job", 0))
        .isInstanceOf(SkippedException.class)
        .hasMessageContaining("not_connected");
    assertThatThrownBy(() -> run("everything"))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("syncType")
        .hasMessageContaining("incremental");
  }

  private ContactsSyncResult run() {
    return run("incremental");
  }

  private ContactsSyncResult run(String type) {
    ContactsSyncResult synced = reads(type, 0);
    sync.settle(synced);
    return synced;
  }

  private ContactsSyncResult reads(String type, int attemptsMade) {
    return sync.sync(
        Map.of("userId", user.toString(), "syncType", type, "trigger", "scheduled"),
        "job",
        attemptsMade);
  }

  private String add(ContactDraft draft) {
    return world.sandbox.contacts().add(person.email(), draft);
  }

  private void archive(String name, String by) {
    rows.add("UPDATE contacts SET archived_at = now(), archived_by = :b WHERE name = :a", name, by);
  }

  private List<LoggedRequest> requests() {
    return world.sandbox.requests().matching(request -> request.service() == Service.PEOPLE);
  }
}
