package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AdaptiveSyncRouteTest extends RunningMillrace {

  @Test
  void shouldEnqueueTheCalendarsThatAreDueOnce() {
    UUID due = connection("google_calendar", Duration.ofMinutes(2));
    UUID overdue = connection("google_calendar", Duration.ofHours(3));
    connection("google_contacts", Duration.ofMinutes(2));

    assertThat(run("adaptive-sync", Map.of("integrationType", "google_calendar")).toString())
        .contains("\"claimed\":2", "\"overdue\":1");
    run("adaptive-sync", Map.of("integrationType", "google_calendar"));

    assertThat(added("calendar-sync"))
        .extracting(
            data -> data.path("connectionId").asText() + " " + data.path("trigger").asText())
        .containsExactlyInAnyOrder(due + " scheduled", overdue + " scheduled");
    assertThat(added("google-contacts-sync")).isEmpty();
  }

  @Test
  void shouldEnqueueContactsToTheirOwnQueue() {
    connection("google_contacts", Duration.ofMinutes(2));
    connection("google_contacts", Duration.ofHours(3));

    run("adaptive-sync", Map.of("integrationType", "google_contacts"));

    assertThat(added("google-contacts-sync"))
        .hasSize(2)
        .allSatisfy(data -> assertThat(data.path("syncType").asText()).isEqualTo("incremental"));
    assertThat(added("calendar-sync")).isEmpty();
  }

  @Test
  void shouldFailAtOnceForAnIntegrationThatDoesNotExist() {
    String id =
        add(
            "bullmq:adaptive-sync?attempts=3&backoffDelay=1s",
            Map.of("integrationType", "outlook"),
            Map.of());

    assertThat(ended("adaptive-sync", id).failedReason()).contains("integrationType", "outlook");
    assertThat(ledger("adaptive-sync", id))
        .singleElement()
        .asString()
        .startsWith("failed Field 'integrationType'");
  }

  private UUID connection(String integration, Duration overdue) {
    UUID user = rows.user(UUID.randomUUID() + "@example.org", "UTC");
    UUID connection = rows.connection(user, integration);
    rows.syncState(connection, Instant.now().minus(overdue), Instant.now().minus(overdue));
    return connection;
  }
}
