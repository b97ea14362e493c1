package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a user ends a connection. */
class DisconnectTest extends RunningConnect {

  @BeforeEach
  void connectTheCalendar() throws Exception {
    assertThat(connect(user, "calendar", person(0))).isEqualTo("connected");
    awaitSync(user, "google_calendar");
  }

  @Test
  void shouldEndItHereAndAtGoogle() throws Exception {
    assertThat(disconnect("calendar").path("revocation").asText()).isEqualTo("revoked");

    JsonNode status = status(user, "calendar");
    assertThat(status.path("connected").asBoolean(true)).isFalse();
    assertThat(status.path("status").asText()).isEqualTo("disconnected");
    assertThat(status.path("reAuthNeeded").asBoolean(true)).isFalse();
    assertThat(events()).isZero();
    assertThat(
            count(
                "SELECT count(*) FROM google_connections WHERE user_id = :user"
                    + " AND refresh_token_enc IS NULL AND access_token_enc IS NULL"))
        .isEqualTo(1);
    assertThat(SANDBOX.grants().of(person(0).email())).isEmpty();
    assertThat(tree(askAs(user, "GET", "/api/calendar/calendars", null)).path("calendars"))
        .isEmpty();
  }

  @Test
  void shouldKeepContactsSyncingWhenOnlyTheCalendarIsDisconnected() throws Exception {
    connect(user, "contacts", person(0));
    awaitSync(user, "google_contacts");

    assertThat(disconnect("calendar").path("revocation").asText()).isEqualTo("kept");
    assertThat(SANDBOX.requests().count(Service.OAUTH, "/revoke")).isZero();
    assertThat(SANDBOX.grants().of(person(0).email())).isNotEmpty();

    assertThat(disconnect("contacts").path("revocation").asText()).isEqualTo("revoked");
    assertThat(SANDBOX.grants().of(person(0).email())).isEmpty();
    assertThat(count("SELECT count(*) FROM contacts WHERE user_id = :user")).isPositive();
    assertThat(
            count(
                "SELECT count(*) FROM contacts WHERE user_id = :user"
                    + " AND google_resource IS NOT NULL"))
        .isZero();
  }

  @Test
  void shouldRevokeAnAccountThatTheOtherIntegrationDoesNotUse() throws Exception {
    connect(user, "contacts", person(3));

    assertThat(disconnect("calendar").path("revocation").asText()).isEqualTo("revoked");
    assertThat(SANDBOX.grants().of(person(0).email())).isEmpty();
    assertThat(SANDBOX.grants().of(person(3).email())).isNotEmpty();
  }

  @Test
  void shouldNotEndTheConnectionOfAnotherUserWithTheSameAccount() throws Exception {
    connect(signUp(), "calendar", person(0));

    assertThat(disconnect("calendar").path("revocation").asText()).isEqualTo("kept");
    assertThat(SANDBOX.grants().of(person(0).email())).isNotEmpty();
  }

  @Test
  void shouldDisconnectAlthoughGoogleIsAwayAndSaySo() throws Exception {
    SANDBOX.faults().add(Fault.serverError(Service.OAUTH, 503).onPath("/revoke"));
    double before = counted("millrace.disconnects", "revocation", "failed");

    assertThat(disconnect("calendar").path("revocation").asText()).isEqualTo("failed");

    assertThat(status(user, "calendar").path("status").asText()).isEqualTo("disconnected");
    assertThat(events()).isZero();
    assertThat(counted("millrace.disconnects", "revocation", "failed")).isEqualTo(before + 1);
  }

  @Test
  void shouldBeTheSameWhenItIsSentAgain() throws Exception {
    disconnect("calendar");

    assertThat(disconnect("calendar").path("revocation").asText()).isEqualTo("none");
    assertThat(disconnect("contacts").path("revocation").asText()).isEqualTo("none");
  }

  /** What an outage of the queue leaves: disconnected, but nothing that follows was done. */
  @Test
  void shouldDoWhatFollowsWhenItIsSentAgainBecauseTheFirstTimeFailed() throws Exception {
    jdbc.sql(
            """
            UPDATE google_connections SET status = 'disconnected', access_token_enc = NULL,
              refresh_token_enc = NULL WHERE user_id = :user""")
        .param("user", user)
        .update();
    notice();

    await()
        .untilAsserted(
            () -> {
              assertThat(disconnect("calendar").path("revocation").asText()).isEqualTo("none");
              assertThat(openNotices()).isZero();
            });
  }

  @Test
  void shouldNotBeAskedToReconnectAfterwards() throws Exception {
    notice();

    disconnect("calendar");

    await().untilAsserted(() -> assertThat(openNotices()).isZero());
  }

  private void notice() {
    jdbc.sql(
            """
            INSERT INTO notices (user_id, kind, subject_key)
            SELECT user_id, 'token_invalid', id::text FROM google_connections
            WHERE user_id = :user""")
        .param("user", user)
        .update();
  }

  private long openNotices() {
    return count("SELECT count(*) FROM notices WHERE user_id = :user AND resolved_at IS NULL");
  }

  @Test
  void shouldConnectAgainWithTheSameOrAnotherAccount() throws Exception {
    disconnect("calendar");
    assertThat(connect(user, "calendar", person(0))).isEqualTo("connected");
    awaitSync(user, "google_calendar");
    assertThat(events()).isPositive();

    disconnect("calendar");
    // Nothing is left that somebody could lose, so nothing has to be confirmed.
    Way way = authorize(user, "calendar");
    assertThat(back(choose(way, person(2).email()), way.cookie())).isEqualTo("connected");
    awaitSync(user, "google_calendar");
    assertThat(status(user, "calendar").path("googleEmail").asText()).isEqualTo(person(2).email());
  }

  @Test
  void shouldNotKnowOtherIntegrations() throws Exception {
    HttpResponse<String> answer =
        askAs(user, "DELETE", "/api/google_calendar/oauth/disconnect", null);

    // Not a user's address at all, so it says nothing of what there is.
    assertThat(answer.statusCode()).isEqualTo(403);
  }

  private JsonNode disconnect(String integration) throws Exception {
    HttpResponse<String> answer =
        askAs(user, "DELETE", "/api/" + integration + "/oauth/disconnect", null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return tree(answer);
  }
}
