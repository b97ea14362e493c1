package dev.millrace.contacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.account.ConfigurationException;
import dev.millrace.account.GoogleAnswers;
import dev.millrace.account.GoogleRefusal;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.UnauthorizedException;
import dev.millrace.job.AdminAlerts;
import dev.millrace.job.WaitException;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import dev.millrace.sandbox.people.ContactDraft;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataIntegrityViolationException;

class ContactsFaultsTest {

  private static final String CONNECTIONS = "/people/me/connections";

  private final ContactsWorld world = new ContactsWorld();

  @AfterEach
  void stop() {
    world.close();
  }

  /** Acceptance 4, B10: a handler that looked for 410 alone looped for ever. */
  @ParameterizedTest
  @CsvSource({"400,EXPIRED_SYNC_TOKEN", "400,FAILED_PRECONDITION", "410,''"})
  void shouldHaveContactsUpToDateInTheSameJobHoweverGoogleSaysThatTheTokenExpired(
      int status, String reason) {
    world.add(ContactDraft.named("Ada", "Lovelace"));
    world.run();
    world.add(ContactDraft.named("Grace", "Hopper"));
    world.sandbox.faults().add(Fault.answer(Service.PEOPLE, status, reason).withQuery("syncToken"));
    world.sandbox.requests().clear();

    assertThat(world.run()).containsEntry("mode", "full").containsEntry("imported", 1);

    assertThat(world.requests(CONNECTIONS)).hasSize(2);
    assertThat(
            world.counted(
                "full.resync", "integration", "google_contacts", "reason", "expired_token"))
        .isEqualTo(1);
    assertThat(world.text("SELECT api_calls FROM sync_runs ORDER BY id DESC"))
        .as("one refused, one page, one list of groups")
        .isEqualTo("3");
    assertThat(world.run()).containsEntry("mode", "incremental");
  }

  /** Acceptance 4, second half. */
  @Test
  void shouldTryAgainLaterWhenTheTokenExpiresTwiceInARow() {
    world.run();
    world.sandbox.faults().add(Fault.answer(Service.PEOPLE, 400, "").times(2));
    world.sandbox.requests().clear();

    ContactsSyncResult failed = world.attempt(0);

    assertThat(failed.failure()).isInstanceOf(GoogleUnavailableException.class);
    assertThat(world.requests(CONNECTIONS)).as("no loop").hasSize(2);
    assertThat(world.text("SELECT failures FROM sync_state")).isEqualTo("1");
    assertThat(world.run()).containsEntry("mode", "full");
  }

  @Test
  void shouldReplaceATokenThatGoogleRefusesAndGoOn() {
    world.addMany(3);
    world.sandbox.faults().add(Fault.unauthorized(Service.PEOPLE));

    assertThat(world.run()).containsEntry("imported", 3);
  }

  @Test
  void shouldTryAgainOnceAndThenLeaveItWhenGoogleRefusesEveryToken() {
    world.sandbox.faults().add(Fault.unauthorized(Service.PEOPLE).times(4));

    assertThat(world.attempt(0).failure()).isInstanceOf(UnauthorizedException.class);
    ContactsSyncResult second = world.attempt(1);

    assertThat(second.failure()).isNull();
    assertThat(second.result()).containsEntry("skippedReason", "http_401");
    assertThat(world.requests(CONNECTIONS)).as("B18: no endless loop").hasSize(4);
    assertThat(world.texts("SELECT result || ' ' || reason FROM sync_runs ORDER BY id"))
        .containsExactly("failure http_401", "skipped http_401");
  }

  @Test
  void shouldLeaveGoogleInPeaceForLongerAndLongerWhileItRefusesEveryToken() {
    world.sandbox.faults().add(Fault.unauthorized(Service.PEOPLE).times(100));

    for (int job = 1; job <= 2; job++) {
      assertThat(world.attempt(0).failure()).isInstanceOf(UnauthorizedException.class);
      assertThat(world.attempt(1).result()).containsEntry("skippedReason", "http_401");
      assertThat(world.text("SELECT failures FROM sync_state"))
          .as("a job counts once")
          .isEqualTo("" + job);
      assertThat(world.text("SELECT next_sync_at FROM sync_state"))
          .isEqualTo(
              world.text(
                  "SELECT '%s'::timestamptz + interval '%d minutes'"
                      .formatted(world.clock.instant(), 5 << (job - 1))));
    }
  }

  @Test
  void shouldWaitForAUsedUpQuotaWithoutCountingItAgainstTheUser() {
    world.sandbox.faults().add(Fault.quotaExceeded(Service.PEOPLE));

    assertThat(world.attempt(0).failure())
        .isInstanceOfSatisfying(
            WaitException.class, wait -> assertThat(wait.until()).isAfter(world.clock.instant()));
    assertThat(world.text("SELECT failures || ' ' || breaker FROM sync_state"))
        .isEqualTo("0 closed");
    assertThat(world.text("SELECT count(*) FROM sync_runs")).isEqualTo("0");
  }

  /** Acceptance 5 for contacts. */
  @Test
  void shouldKeepTheSyncTokenWhileTheFirstPageOfAFullReadHasToWait() {
    world.addMany(2);
    world.run();
    String token = world.text("SELECT sync_token FROM contacts_sync");
    world.clock.advance(Duration.ofDays(6));
    world
        .sandbox
        .faults()
        .add(
            Fault.tooManyRequests(Service.PEOPLE, Duration.ofSeconds(120))
                .withoutQuery("syncToken"));

    assertThat(world.attempt(0).failure())
        .isInstanceOfSatisfying(
            WaitException.class,
            wait ->
                assertThat(wait.until())
                    .isEqualTo(world.clock.instant().plus(Duration.ofSeconds(120))));

    assertThat(world.text("SELECT sync_token FROM contacts_sync")).isEqualTo(token);
    assertThat(world.text("SELECT count(*) FROM full_read_places WHERE owner IS NOT NULL"))
        .as("who waits holds nobody up")
        .isEqualTo("0");
    world.clock.advance(Duration.ofSeconds(120));
    assertThat(world.run()).containsEntry("mode", "full");
  }

  @Test
  void shouldLoseNobodyWhenTheLineIsCutOnTheSecondPageOfThree() {
    world.addMany(2_100);
    world.sandbox.faults().add(Fault.cut(Service.PEOPLE).withQuery("pageToken").times(20));

    ContactsSyncResult cut = world.attempt(0);

    assertThat(cut.failure())
        .isInstanceOfSatisfying(
            GoogleUnavailableException.class, e -> assertThat(e.reason()).isEqualTo("io"));
    assertThat(world.text("SELECT count(*) FROM contacts")).isEqualTo("1000");
    assertThat(world.text("SELECT result || ' ' || mode || ' ' || pages FROM sync_runs"))
        .isEqualTo("failure full 1");
    world.sandbox.faults().clear();
    assertThat(world.sync.settle(world.attempt(1)))
        .containsEntry("imported", 1_100)
        .containsEntry("pages", 3);
    assertThat(world.text("SELECT count(*) FROM contacts")).isEqualTo("2100");
  }

  @Test
  void shouldNotHangOnASlowAnswer() {
    try (ContactsWorld hasty = new ContactsWorld(Map.of("google.read-timeout", "500ms"))) {
      hasty.sandbox.faults().add(Fault.slow(Service.PEOPLE, Duration.ofSeconds(3)));

      assertThat(hasty.attempt(0).failure()).isInstanceOf(GoogleUnavailableException.class);
      assertThat(hasty.text("SELECT reason FROM sync_runs")).isEqualTo("io");
    }
  }

  @ParameterizedTest
  @CsvSource({"500", "502", "503", "408"})
  void shouldTryAgainAfterAnErrorOfGoogles(int status) {
    world.sandbox.faults().add(Fault.serverError(Service.PEOPLE, status));

    assertThat(world.attempt(0).failure())
        .isInstanceOfSatisfying(
            GoogleUnavailableException.class,
            e -> assertThat(e.reason()).isEqualTo("http_" + status));
  }

  @Test
  void shouldGiveUpOnARefusalAndLeaveItsReasonForTheOperator() {
    world.sandbox.faults().add(Fault.answer(Service.PEOPLE, 400, "badRequest"));

    assertThat(world.attempt(0).failure()).isInstanceOf(GoogleRefusal.class);

    assertThat(world.text("SELECT result || ' ' || reason FROM sync_runs"))
        .isEqualTo("failure http_400");
    assertThat(world.text("SELECT failures FROM sync_state")).isEqualTo("0");
  }

  @Test
  void shouldAskForANewGrantWhenTheOldOneDoesNotCoverContacts() {
    world
        .sandbox
        .faults()
        .add(Fault.answer(Service.PEOPLE, 403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"));

    ContactsSyncResult synced = world.attempt(0);

    assertThat(synced.result()).containsEntry("skippedReason", "scope_missing");
    assertThat(synced.reminders())
        .containsExactly(Map.of("connectionId", world.connection.toString()));
    assertThat(world.text("SELECT status FROM google_connections")).isEqualTo("needs_reauth");
  }

  /** B22 */
  @ParameterizedTest
  @CsvSource({
    "PEOPLE,403,SERVICE_DISABLED,google_api_disabled google_api_disabled:people",
    "OAUTH,401,invalid_client,oauth_client_broken oauth_client_broken"
  })
  void shouldTellTheOperatorAndNotTheUserWhenOurOwnSettingsKeepContactsAway(
      Service service, int status, String reason, String alert) {
    world.sandbox.faults().add(Fault.answer(service, status, reason).times(2));

    assertThat(world.attempt(0).failure()).isInstanceOf(ConfigurationException.class);
    assertThat(world.attempt(0).failure()).isInstanceOf(ConfigurationException.class);

    assertThat(world.texts("SELECT kind || ' ' || dedup_key FROM admin_alerts"))
        .containsExactly(alert);
    assertThat(world.text("SELECT count FROM admin_alerts")).isEqualTo("2");
    assertThat(world.text("SELECT status FROM google_connections")).isEqualTo("active");
  }

  @Test
  void shouldTakeTheAlertBackOnceThePeopleApiIsSwitchedOn() {
    world.sandbox.faults().add(Fault.answer(Service.PEOPLE, 403, "accessNotConfigured"));
    assertThat(world.attempt(0).failure()).isInstanceOf(ConfigurationException.class);
    world.beans.get(AdminAlerts.class).raise("any", GoogleAnswers.CALENDAR_DISABLED, Map.of());

    world.run();

    assertThat(world.texts("SELECT dedup_key FROM admin_alerts WHERE closed_at IS NULL"))
        .as("what the Calendar API lacks is another matter")
        .containsExactly("google_api_disabled:calendar");
  }

  /** Acceptance 6 for contacts: what a crash in a page's transaction leaves behind. */
  @Test
  void shouldNeitherLoseNorDoubleAnybodyWhenAPageCannotBeStored() {
    world.addMany(2_100);
    world.rows.add(
        "ALTER TABLE contacts ADD CONSTRAINT no_such_name CHECK (name <> 'Contact Number 1500')");
    try {
      assertThat(world.attempt(0).failure()).isInstanceOf(DataIntegrityViolationException.class);
      assertThat(world.text("SELECT count(*) FROM contacts")).isEqualTo("1000");
      assertThat(world.text("SELECT sync_token IS NULL FROM contacts_sync")).isEqualTo("t");
      assertThat(world.text("SELECT count(*) FROM full_read_places WHERE owner IS NOT NULL"))
          .isEqualTo("0");
    } finally {
      world.rows.add("ALTER TABLE contacts DROP CONSTRAINT no_such_name");
    }

    assertThat(world.run()).containsEntry("imported", 1_100);
    assertThat(world.text("SELECT count(*) FROM contacts")).isEqualTo("2100");
    assertThat(world.text("SELECT sync_token IS NULL FROM contacts_sync")).isEqualTo("f");
  }

  @Test
  void shouldWriteNothingMoreOnceAnotherRunHasTheLease() {
    world.addMany(2_100);
    world.rows.add(
        """
        CREATE FUNCTION steal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          UPDATE sync_state SET lease_owner = 'other'; RETURN NULL; END $$
        """);
    world.rows.add(
        """
        CREATE TRIGGER steal AFTER INSERT ON contacts FOR EACH STATEMENT EXECUTE FUNCTION steal()
        """);
    try {
      assertThat(world.attempt(0).failure())
          .isInstanceOfSatisfying(
              WaitException.class, wait -> assertThat(wait.reason()).isEqualTo("lease_lost"));
    } finally {
      world.rows.add("DROP TRIGGER steal ON contacts");
      world.rows.add("DROP FUNCTION steal");
    }

    assertThat(world.text("SELECT count(*) FROM contacts")).isEqualTo("1000");
    assertThat(world.text("SELECT lease_owner FROM sync_state")).isEqualTo("other");
    assertThat(world.text("SELECT sync_token IS NULL FROM contacts_sync")).isEqualTo("t");
  }

  @Test
  void shouldKeepEverybodyThoughOneHasAnAddressThatFillsPages() {
    // random, because what repeats itself is stored compressed
    String letters =
        new Random(7)
            .ints(8_000, 'a', 'z' + 1)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    String longest = letters.substring(0, 308) + "@example.org";
    world.add(
        ContactDraft.named("Ada", "Lovelace")
            .emails(letters + "@example.org", longest)
            .phones(letters, letters.substring(0, 101), letters.substring(0, 100)));
    world.add(ContactDraft.named("Grace", "Hopper"));

    assertThat(world.run()).containsEntry("imported", 2);

    assertThat(world.texts("SELECT value FROM contact_points ORDER BY kind"))
        .containsExactly(longest, letters.substring(0, 100));
  }

  @Test
  void shouldRefuseAnAccountWithoutEnd() {
    ContactsSyncProperties settings = world.beans.get(ContactsSyncProperties.class);

    assertThat(settings.maxPages()).isEqualTo(200);
    assertThatThrownBy(
            () ->
                new ContactsSyncProperties(
                    Duration.ofDays(7), 2, Duration.ofSeconds(6), 200, Duration.ofMinutes(16)))
        .hasMessageContaining("millrace.contacts-sync.full-every");
  }
}
