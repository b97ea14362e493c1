package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.job.SqlInstant;
import java.time.Duration;
import java.time.Instant;
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
}
