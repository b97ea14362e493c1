package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
  void shouldForgetNobodyOfAHundredAndThirtyUsers() {
    TreeSet<String> users = new TreeSet<>();
    for (int number = 0; number < 130; number++) {
      users.add(connectedUser().toString());
    }

    // as producers of old do
    add("suggestion-generation", Map.of("batchSize", 50, "offset", 0));

    await()
        .atMost(Duration.ofSeconds(20))
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
  void shouldMakeNobodyAnOfferTwiceWhenItRunsTwiceAtOnce() {
    UUID user = connectedUser();
    for (int contact = 0; contact < 15; contact++) {
      rows.contact(user, "Contact " + contact, "weekly", "2026-01-01T00:00:00Z");
    }

    List<String> jobs = new ArrayList<>();
    for (int run = 0; run < 4; run++) {
      jobs.add(add("suggestion-generation", Map.of("userId", user.toString())));
    }
    jobs.forEach(job -> returned("suggestion-generation", job));

    assertThat(
            jdbc.sql(
                    """
                    SELECT count(DISTINCT s.id) || ' ' || count(DISTINCT c.contact_id)
                           || ' ' || count(*)
                    FROM suggestions s JOIN suggestion_contacts c ON c.suggestion_id = s.id""")
                .query(String.class)
                .single())
        .isEqualTo("10 10 10");
  }

  @Test
  void shouldWriteAtOnceOfAnEventThatBeginsWithinADay() {
    UUID user = connectedUser();
    UUID bob = rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    rows.add("INSERT INTO contact_tags (contact_id, tag) VALUES (:a, 'board games')", bob);
    rows.add("INSERT INTO notification_preferences (user_id) VALUES (:a)", user);
    Instant start = Instant.now().plus(Duration.ofHours(5));
    rows.busy(calendar(user), start.toString(), start.plus(Duration.ofHours(2)).toString());
    rows.add("UPDATE calendar_events SET summary = 'Board games' WHERE user_id = :a", user);

    assertThat(run("suggestion-generation", Map.of("userId", user.toString())).toString())
        .contains("\"created\":1");
    run("suggestion-generation", Map.of("userId", user.toString()));

    String suggestion = jdbc.sql("SELECT id FROM suggestions").query(String.class).single();
    assertThat(
            jdbc.sql("SELECT purpose || ' ' || dedup_key FROM outbound_messages")
                .query(String.class)
                .list())
        .containsExactly("realtime realtime:" + suggestion + ":email");
    assertThat(added("batch-notifications"))
        .extracting(job -> job.path("kind").asText())
        .contains("deliver");
  }

  @Test
  void shouldSkipAUserWhoseCalendarIsStale() {
    UUID user = rows.user("ann@example.org", "UTC");

    String id = add("suggestion-generation", Map.of("userId", user.toString()));

    assertThat(returned("suggestion-generation", id).toString())
        .isEqualTo("{\"skipped\":\"stale_calendar\"}");
    assertThat(ledger("suggestion-generation", id)).containsExactly("skipped stale_calendar");
  }

  private UUID calendar(UUID user) {
    return jdbc.sql("SELECT id FROM calendars WHERE user_id = :user")
        .param("user", user)
        .query(UUID.class)
        .single();
  }

  private UUID connectedUser() {
    UUID user = rows.user(UUID.randomUUID() + "@example.org", "UTC");
    UUID connection = rows.connection(user, "google_calendar");
    rows.calendar(connection);
    rows.syncState(connection, Instant.now(), Instant.now());
    return user;
  }
}
