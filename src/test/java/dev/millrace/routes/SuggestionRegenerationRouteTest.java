package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;

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
  void shouldFailAtOnceForAUserWhoDoesNotExist() {
    String id = add("suggestion-regeneration", Map.of("userId", UUID.randomUUID().toString()));

    assertThat(ended("suggestion-regeneration", id).failedReason()).contains("does not exist");
  }
}
