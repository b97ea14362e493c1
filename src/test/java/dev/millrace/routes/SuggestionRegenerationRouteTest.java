package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SuggestionRegenerationRouteTest extends RunningMillrace {

  @Test
  void shouldMoveWhatCollidesAndHaveRoomFilled() {
    UUID user = rows.user("ann@example.org", "UTC");
    UUID calendar = rows.calendar(rows.connection(user, "google_calendar"));
    UUID bob = rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    rows.suggestion(user, bob, inDays(3, 10), inDays(3, 11));
    rows.busy(calendar, inDays(3, 9), inDays(3, 12));

    assertThat(
            run(
                    "suggestion-regeneration",
                    Map.of("userId", user.toString(), "reason", "calendar_sync"))
                .toString())
        .contains("\"moved\":1", "\"kept\":0");

    assertThat(jdbc.sql("SELECT state FROM suggestions ORDER BY state").query(String.class).list())
        .containsExactly("pending", "superseded");
    assertThat(added("suggestion-generation"))
        .extracting(job -> job.path("userId").asText())
        .containsExactly(user.toString());
  }

  @Test
  void shouldMakeANewListWhenTheUserAsksForOne() {
    UUID user = rows.user("ann@example.org", "UTC");
    UUID connection = rows.connection(user, "google_calendar");
    rows.calendar(connection);
    rows.syncState(connection, Instant.now(), Instant.now());
    UUID bob = rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    rows.suggestion(user, bob, inDays(9, 10), inDays(9, 11));

    assertThat(
            run(
                    "suggestion-regeneration",
                    Map.of("userId", user.toString(), "reason", "manual_refresh"))
                .toString())
        .contains("\"dismissed\":1", "\"conflicts\":0");

    await()
        .untilAsserted(
            () ->
                assertThat(
                        jdbc.sql(
                                """
                                SELECT concat_ws(' ', state, dismiss_reason) FROM suggestions
                                ORDER BY created_at
                                """)
                            .query(String.class)
                            .list())
                    .containsExactly("dismissed refresh", "pending"));
  }

  @Test
  void shouldNotWaitForTheSweepToFillTheListAgain() {
    UUID user = rows.user("ann@example.org", "UTC");
    UUID connection = rows.connection(user, "google_calendar");
    rows.calendar(connection);
    rows.syncState(connection, Instant.now(), Instant.now());
    rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    add(
        "bullmq:suggestion-generation?delay=300s&deduplicationId=sugg-gen:" + user,
        Map.of("userId", user.toString()),
        Map.of());

    run("suggestion-regeneration", Map.of("userId", user.toString()));

    await()
        .untilAsserted(
            () ->
                assertThat(jdbc.sql("SELECT state FROM suggestions").query(String.class).list())
                    .containsExactly("pending"));
    assertThat(delayed("suggestion-generation")).as("the sweep's still waits").hasSize(1);
  }

  @Test
  void shouldFailAtOnceForAUserWhoDoesNotExist() {
    String id = add("suggestion-regeneration", Map.of("userId", UUID.randomUUID().toString()));

    assertThat(ended("suggestion-regeneration", id).failedReason()).contains("does not exist");
  }
}
