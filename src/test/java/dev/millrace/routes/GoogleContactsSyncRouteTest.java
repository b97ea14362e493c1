package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.account.Integration;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import dev.millrace.sandbox.people.ContactDraft;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GoogleContactsSyncRouteTest extends RunningMillrace {

  @Test
  void shouldImportContactsAndAskForSuggestions() {
    SandboxUser person = SANDBOX.users().get(0);
    UUID user = connected(person);
    SANDBOX.contacts().add(person.email(), ContactDraft.named("Ada", "Lovelace"));

    assertThat(run("google-contacts-sync", data(user)).toString())
        .contains("\"mode\":\"full\"", "\"imported\":1");

    assertThat(jdbc.sql("SELECT name FROM contacts").query(String.class).single())
        .isEqualTo("Ada Lovelace");
    assertThat(added("suggestion-generation"))
        .singleElement()
        .satisfies(job -> assertThat(job.path("userId").asText()).isEqualTo(user.toString()));
  }

  @Test
  void shouldWaitAsLongAsGoogleAsksWithoutUsingAnAttempt() {
    UUID user = connected(SANDBOX.users().get(1));
    SANDBOX.faults().add(Fault.tooManyRequests(Service.PEOPLE, Duration.ofSeconds(120)));

    String id = add("google-contacts-sync", data(user));

    await().until(() -> delayed("google-contacts-sync").contains(id));
    assertThat(ledger("google-contacts-sync", id)).containsExactly("delayed rate_limited");
    assertThat(engine.queue("google-contacts-sync").find(id).join().orElseThrow().attemptsMade())
        .isZero();
  }

  @Test
  void shouldRetryAfterAFailureThatPasses() {
    UUID user = connected(SANDBOX.users().get(2));
    SANDBOX.faults().add(Fault.serverError(Service.PEOPLE, 503));

    String id =
        add("bullmq:google-contacts-sync?attempts=2&backoffDelay=10ms", data(user), Map.of());

    assertThat(returned("google-contacts-sync", id).path("mode").asText()).isEqualTo("full");
    await()
        .untilAsserted(
            () ->
                assertThat(ledger("google-contacts-sync", id))
                    .containsExactly(
                        "retry Google, people.connections.list: http_503", "completed"));
  }

  @Test
  void shouldSkipAndHaveTheUserToldWhenTheGrantIsDead() {
    SandboxUser person = SANDBOX.users().get(3);
    UUID user = rows.user(person.email(), "UTC");
    UUID connection = connect(user, person, Integration.GOOGLE_CONTACTS);
    SANDBOX.grants().revoke(person.email());

    String id = add("google-contacts-sync", data(user));

    assertThat(returned("google-contacts-sync", id).path("skippedReason").asText())
        .isEqualTo("invalid_grant");
    assertThat(ledger("google-contacts-sync", id)).containsExactly("skipped invalid_grant");
    assertThat(added("token-health-reminder"))
        .singleElement()
        .satisfies(
            job -> assertThat(job.path("connectionId").asText()).isEqualTo(connection.toString()));
    assertThat(delayed("token-health-reminder")).hasSize(1);
  }

  private UUID connected(SandboxUser person) {
    UUID user = rows.user(person.email(), "UTC");
    connect(user, person, Integration.GOOGLE_CONTACTS);
    return user;
  }

  private static Map<String, String> data(UUID user) {
    return Map.of("userId", user.toString(), "syncType", "incremental", "trigger", "scheduled");
  }
}
