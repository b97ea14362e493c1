package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WebhookHealthCheckRouteTest extends RunningMillrace {

  @Test
  void shouldHaveMissingChannelsRenewedAndSilentOnesProbed() {
    UUID missing = calendar("missing@example.org");
    UUID silent = calendar("silent@example.org");
    rows.add(
        """
        INSERT INTO watch_channels (id, calendar_id, token_sha256, state, created_at, expires_at,
                                    confirmed_at)
        VALUES (:id, :a, '\\x00', 'active', now() - interval '3 days', now() + interval '4 days',
                now() - interval '3 days')
        """,
        silent);

    assertThat(run("webhook-health-check", Map.of()).toString())
        .contains("\"checked\":2", "\"missing\":1", "\"silent\":1");

    assertThat(added("webhook-renewal"))
        .extracting(job -> job.path("calendarId").asText() + " " + job.path("reason").asText())
        .containsExactly(missing + " missing");
    assertThat(added("calendar-sync"))
        .extracting(job -> job.path("userId").asText() + " " + job.path("trigger").asText())
        .containsExactly(userOf(silent) + " probe");
    assertThat(
            jdbc.sql("SELECT id FROM calendars WHERE wanted_at IS NOT NULL")
                .query(UUID.class)
                .list())
        .containsExactly(silent);
  }

  private UUID userOf(UUID calendar) {
    return jdbc.sql("SELECT user_id FROM calendars WHERE id = :id")
        .param("id", calendar)
        .query(UUID.class)
        .single();
  }

  private UUID calendar(String email) {
    return rows.calendar(rows.connection(rows.user(email, "UTC"), "google_calendar"));
  }
}
