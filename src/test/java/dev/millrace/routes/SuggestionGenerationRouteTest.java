package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SuggestionGenerationRouteTest extends RunningMillrace {

  @Test
  void shouldOfferFreeTimeToTheContactWhoWaits() {
    UUID user = connectedUser();
    rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");

    assertThat(run("suggestion-generation", Map.of("userId", user.toString())).toString())
        .contains("\"created\":1", "\"dueContacts\":1");

    assertThat(jdbc.sql("SELECT count(*) FROM suggestions").query(Integer.class).single())
        .isEqualTo(1);
  }

  @Test
  void shouldPageThroughUsersAndGoOnByItself() {
    TreeSet<String> users = new TreeSet<>();
    for (int number = 0; number < 5; number++) {
      users.add(connectedUser().toString());
    }

    String id = add("suggestion-generation", Map.of("batchSize", 2));

    assertThat(returned("suggestion-generation", id).toString()).isEqualTo("{\"users\":2}");
    await()
        .untilAsserted(
            () ->
                assertThat(added("suggestion-generation"))
                    .extracting(job -> job.path("userId").asText(""))
                    .containsAll(users));
    assertThat(added("suggestion-generation"))
        .filteredOn(job -> job.hasNonNull("cursor"))
        .hasSize(2);
  }

  @Test
  void shouldSkipAUserWhoseCalendarIsStale() {
    UUID user = rows.user("ann@example.org", "UTC");

    String id = add("suggestion-generation", Map.of("userId", user.toString()));

    assertThat(returned("suggestion-generation", id).toString())
        .isEqualTo("{\"skipped\":\"stale_calendar\"}");
    assertThat(ledger("suggestion-generation", id)).containsExactly("skipped stale_calendar");
  }

  private UUID connectedUser() {
    UUID user = rows.user(UUID.randomUUID() + "@example.org", "UTC");
    UUID connection = rows.connection(user, "google_calendar");
    rows.calendar(connection);
    rows.syncState(connection, Instant.now(), Instant.now());
    return user;
  }
}
