package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /api/sync/manual} and what leads to the same. */
class ManualSyncTest extends RunningConnect {

  private static final String CALENDAR = "{\"integrationType\":\"google_calendar\"}";

  @Test
  void shouldSyncWhenTheUserAsksAlthoughTheBreakerIsOpen() throws Exception {
    connectCalendar();
    jdbc.sql(
            """
            UPDATE sync_state SET breaker = 'open', breaker_retry_at = now() + interval '1 day'
            WHERE connection_id = (SELECT id FROM google_connections WHERE user_id = :user)""")
        .param("user", user)
        .update();
    assertThat(sync(user, "google_calendar").path("reason").asText()).isEqualTo("breaker_open");

    HttpResponse<String> answer = manual(CALENDAR);

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(tree(answer).path("jobId").asText()).isNotBlank();
    assertThat(tree(answer).path("integrationType").asText()).isEqualTo("google_calendar");
    JsonNode state = awaitRun("google_calendar", "manual");
    assertThat(state.at("/lastRun/result").asText()).isEqualTo("success");
    assertThat(state.at("/lastRun/mode").asText()).isEqualTo("incremental");
    assertThat(state.path("reason").isNull()).isTrue();
  }

  @Test
  void shouldReadEverythingWhenTheUserWantsThat() throws Exception {
    connectCalendar();

    assertThat(manual("{\"integrationType\":\"calendar\",\"syncType\":\"full\"}").statusCode())
        .isEqualTo(202);

    assertThat(awaitRun("google_calendar", "manual").at("/lastRun/mode").asText())
        .isEqualTo("full");
  }

  @Test
  void shouldSyncOnceAMinuteForEachIntegration() throws Exception {
    connectCalendar();
    connect(user, "contacts", person(0));
    assertThat(manual(CALENDAR).statusCode()).isEqualTo(202);

    HttpResponse<String> again = manual(CALENDAR);

    assertThat(again.statusCode()).isEqualTo(429);
    assertThat(Long.parseLong(again.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(1L, 60L);
    assertThat(tree(again).path("type").asText())
        .isEqualTo("urn:problem-type:millrace:limit-refused");
    assertThat(askAs(user, "POST", "/api/contacts/sync/incremental", null).statusCode())
        .isEqualTo(202);
    assertThat(askAs(user, "POST", "/api/contacts/sync/full", null).statusCode()).isEqualTo(429);
    UUID other = signUp();
    connect(other, "calendar", person(1));
    assertThat(askAs(other, "POST", "/api/sync/manual", CALENDAR).statusCode()).isEqualTo(202);
  }

  @Test
  void shouldReadAllContactsWhenTheUserWantsThat() throws Exception {
    connect(user, "contacts", person(0));
    awaitSync(user, "google_contacts");

    assertThat(askAs(user, "POST", "/api/contacts/sync/full", null).statusCode()).isEqualTo(202);

    assertThat(awaitRun("google_contacts", "manual").at("/lastRun/mode").asText())
        .isEqualTo("full");
  }

  @Test
  void shouldSayThatASyncIsRunning() throws Exception {
    connectCalendar();
    jdbc.sql(
            """
            UPDATE sync_state SET lease_owner = 'another', lease_until = now() + interval '1 minute'
            WHERE connection_id = (SELECT id FROM google_connections WHERE user_id = :user)""")
        .param("user", user)
        .update();

    HttpResponse<String> answer = manual(CALENDAR);

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(tree(answer).path("running").asBoolean()).isTrue();
    assertThat(sync(user, "google_calendar").path("running").asBoolean()).isTrue();
  }

  @Test
  void shouldLeadAUserWhoseGrantDiedToConnectAgain() throws Exception {
    connectCalendar();
    jdbc.sql(
            """
            UPDATE google_connections SET status = 'needs_reauth', status_reason = 'invalid_grant'
            WHERE user_id = :user""")
        .param("user", user)
        .update();

    HttpResponse<String> answer = manual(CALENDAR);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(tree(answer).path("reAuthUrl").asText())
        .isEqualTo("http://localhost:" + port + "/api/calendar/oauth/authorize");
    assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
  }

  @Test
  void shouldSayThatNothingIsConnected() throws Exception {
    HttpResponse<String> answer = manual("{\"integrationType\":\"google_contacts\"}");

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(tree(answer).path("detail").asText()).contains("/api/contacts/oauth/authorize");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}",
        "{\"integrationType\":\"outlook\"}",
        "{\"integrationType\":7}",
        "{\"integrationType\":\"calendar\",\"syncType\":\"half\"}",
        "{\"integrationType\":\"calendar\",\"userId\":\"somebody\"}",
        "{\"integrationType\":\"calendar\",\"integration_type\":\"calendar\"}"
      })
  void shouldSayWhatIsWrongWithABody(String body) throws Exception {
    HttpResponse<String> answer = manual(body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(tree(answer).at("/errors/0/remedy").asText()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource({"integration_type,calendar", "integrationType,contacts"})
  void shouldUnderstandClientsOfTheSource(String field, String value) throws Exception {
    assertThat(manual("{\"" + field + "\":\"" + value + "\"}").statusCode()).isEqualTo(409);
  }

  private HttpResponse<String> manual(String body) throws Exception {
    return askAs(user, "POST", "/api/sync/manual", body);
  }

  private void connectCalendar() throws Exception {
    connect(user, "calendar", person(0));
    awaitSync(user, "google_calendar");
  }

  private JsonNode awaitRun(String integration, String trigger) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> sync(user, integration),
            state ->
                state.at("/lastRun/trigger").asText().equals(trigger)
                    && !state.path("running").asBoolean());
  }
}
