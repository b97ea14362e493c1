package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.account.Integration;
import dev.millrace.sandbox.SandboxUser;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WebhookRenewalRouteTest extends RunningMillrace {

  @Test
  void shouldOpenAChannelAndCloseTheGapWithASync() {
    SandboxUser person = SANDBOX.users().get(0);
    UUID calendar = rows.calendar(connect(user(person), person, Integration.GOOGLE_CALENDAR));
    // as Google lists it, or the sync that follows would take it for gone
    rows.add("UPDATE calendars SET google_id = :b WHERE id = :a", calendar, person.email());

    assertThat(
            run("webhook-renewal", Map.of("calendarId", calendar.toString(), "reason", "missing"))
                .toString())
        .isEqualTo("{\"outcome\":\"renewed\"}");

    // The sync that follows may find further calendars of this person, and open channels for them.
    assertThat(
            jdbc.sql("SELECT state FROM watch_channels WHERE calendar_id = :calendar")
                .param("calendar", calendar)
                .query(String.class)
                .list())
        .containsExactly("active");
    assertThat(added("calendar-sync"))
        .anySatisfy(
            job -> {
              assertThat(job.path("trigger").asText()).isEqualTo("renewal");
              assertThat(job.path("calendarId").asText()).isEqualTo(calendar.toString());
            });
  }

  @Test
  void shouldFindTheCalendarsWithoutAChannel() {
    SandboxUser person = SANDBOX.users().get(1);
    UUID calendar = rows.calendar(connect(user(person), person, Integration.GOOGLE_CALENDAR));

    String id = add("webhook-renewal", Map.of());

    assertThat(returned("webhook-renewal", id).path("renewals").asInt()).isEqualTo(1);
    assertThat(added("webhook-renewal"))
        .extracting(job -> job.path("calendarId").asText(""))
        .contains(calendar.toString());
  }

  @Test
  void shouldSkipACalendarThatIsGone() {
    String id = add("webhook-renewal", Map.of("calendarId", UUID.randomUUID().toString()));

    assertThat(returned("webhook-renewal", id).toString())
        .isEqualTo("{\"skipped\":\"not_watchable\"}");
    assertThat(ledger("webhook-renewal", id)).containsExactly("skipped not_watchable");
  }

  @Test
  void shouldHaveTheUserToldWhenTheGrantIsDead() {
    SandboxUser person = SANDBOX.users().get(4);
    UUID connection = connect(user(person), person, Integration.GOOGLE_CALENDAR);
    UUID calendar = rows.calendar(connection);
    SANDBOX.grants().revoke(person.email());

    run("webhook-renewal", Map.of("calendarId", calendar.toString()));

    assertThat(added("token-health-reminder"))
        .extracting(job -> job.path("connectionId").asText())
        .containsExactly(connection.toString());
  }
}
