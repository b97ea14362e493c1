package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.account.GoogleConnection;
import dev.millrace.account.GoogleConnections;
import dev.millrace.account.Integration;
import dev.millrace.account.TokenCipher;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A user's way to Google and back. */
@ExtendWith(OutputCaptureExtension.class)
class ConnectTest extends RunningConnect {

  @Autowired GoogleConnections connections;
  @Autowired TokenCipher cipher;

  @Test
  void shouldCopyTheCalendarAsSoonAsItIsConnected(CapturedOutput output) throws Exception {
    assertThat(status(user, "calendar").path("status").asText()).isEqualTo("not_connected");

    Way way = authorize(user, "calendar");
    String address = choose(way, person(0).email());
    assertThat(back(address, way.cookie())).isEqualTo("connected");

    JsonNode state = awaitSync(user, "google_calendar");
    assertThat(state.at("/lastRun/trigger").asText()).isEqualTo("initial");
    assertThat(events()).isPositive();
    JsonNode status = status(user, "calendar");
    assertThat(status.path("connected").asBoolean()).isTrue();
    assertThat(status.path("googleEmail").asText()).isEqualTo(person(0).email());
    assertThat(status.path("lastSyncAt").isNull()).isFalse();
    assertThat(status.path("reAuthNeeded").asBoolean(true)).isFalse();
    String code = UriQuery.of(address).get("code");
    assertThat(output.getAll())
        .doesNotContain(code)
        .doesNotContain(way.state())
        .doesNotContain(person(0).email());
  }

  @Test
  void shouldCopyContactsAsSoonAsTheyAreConnected() throws Exception {
    assertThat(connect(user, "contacts", person(1))).isEqualTo("connected");

    assertThat(awaitSync(user, "google_contacts").at("/lastRun/mode").asText()).isEqualTo("full");
    assertThat(count("SELECT count(*) FROM contacts WHERE user_id = :user")).isPositive();
  }

  @Test
  void shouldAskGoogleForReadingAndNothingMore() throws Exception {
    Map<String, String> query = UriQuery.of(authorize(user, "calendar").url());

    assertThat(query.get("scope"))
        .isEqualTo("openid email https://www.googleapis.com/auth/calendar.readonly");
    assertThat(query)
        .containsEntry("access_type", "offline")
        .containsEntry("prompt", "consent")
        .containsEntry("include_granted_scopes", "false")
        .containsEntry("response_type", "code")
        .containsEntry("code_challenge_method", "S256")
        .containsEntry("redirect_uri", "http://localhost:" + port + "/api/calendar/oauth/callback")
        .doesNotContainKey("login_hint");
    assertThat(Base64.getUrlDecoder().decode(query.get("state"))).hasSize(32);
    assertThat(Base64.getUrlDecoder().decode(query.get("code_challenge"))).hasSize(32);
    assertThat(UriQuery.of(authorize(user, "calendar").url()).get("state"))
        .isNotEqualTo(query.get("state"));
  }

  @Test
  void shouldTieTheWayBackToTheBrowser() throws Exception {
    HttpResponse<String> answer = askAs(user, "GET", "/api/contacts/oauth/authorize", null);

    assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
        .contains("HttpOnly")
        .contains("SameSite=Lax")
        .contains("Path=/api/contacts/oauth/callback")
        .contains("Max-Age=600");
    assertThat(Instant.parse(tree(answer).path("expiresAt").asText()))
        .isBetween(Instant.now().plusSeconds(500), Instant.now().plusSeconds(601));
    assertThat(plain.keys("millrace:oauth:state:*"))
        .isNotEmpty()
        .allSatisfy(key -> assertThat(plain.getExpire(key)).isBetween(1L, 600L))
        .noneMatch(key -> key.contains(state(answer)));
  }

  /** B19: a state that says whose it is can be made up by anybody. */
  @Test
  void shouldNotLetAStrangerConnectAnAccountInAUsersName() throws Exception {
    Way own = authorize(signUp(), "calendar");
    String code = UriQuery.of(choose(own, person(0).email())).get("code");
    String forged =
        Base64.getEncoder().encodeToString(("{\"userId\":\"" + user + "\"}").getBytes());
    double before = outcomes("state_unknown");

    assertThat(back(callback("calendar", forged, code), own.cookie())).isEqualTo("state_unknown");
    assertThat(
            back(
                callback(
                    "calendar",
                    Base64.getEncoder().encodeToString(user.toString().getBytes()),
                    code),
                null))
        .isEqualTo("state_unknown");

    assertThat(outcomes("state_unknown")).isEqualTo(before + 2);
    assertThat(connections.find(user, Integration.GOOGLE_CALENDAR)).isEmpty();
  }

  @Test
  void shouldNotTakeTheSameWayBackTwice() throws Exception {
    Way way = authorize(user, "calendar");
    String address = choose(way, person(0).email());
    assertThat(back(address, way.cookie())).isEqualTo("connected");

    assertThat(back(address, way.cookie())).isEqualTo("state_unknown");
    assertThat(status(user, "calendar").path("connected").asBoolean()).isTrue();
  }

  @Test
  void shouldNotConnectInAnotherBrowserThanTheOneThatLeft() throws Exception {
    double before = outcomes("other_browser");
    Way first = authorize(user, "calendar");
    String address = choose(first, person(0).email());
    assertThat(back(address, null)).isEqualTo("other_browser");
    // It is used up by that.
    assertThat(back(address, first.cookie())).isEqualTo("state_unknown");

    Way second = authorize(user, "calendar");
    String name = second.cookie().split("=")[0];
    assertThat(back(choose(second, person(0).email()), name + "=guess")).isEqualTo("other_browser");

    assertThat(outcomes("other_browser")).isEqualTo(before + 2);
    assertThat(connections.find(user, Integration.GOOGLE_CALENDAR)).isEmpty();
  }

  @Test
  void shouldNotEndAWayToContactsAtTheCalendar() throws Exception {
    Way way = authorize(user, "contacts");
    String address = choose(way, person(0).email()).replace("/contacts/", "/calendar/");

    assertThat(back(address, way.cookie())).isEqualTo("state_unknown");
  }

  /** Two windows: the code of one is worth nothing in the other, because PKCE holds them apart. */
  @Test
  void shouldNotAcceptACodeThatWasMeantForAnotherWay() throws Exception {
    Way one = authorize(user, "calendar");
    Way other = authorize(signUp(), "calendar");
    String stolen = UriQuery.of(choose(other, person(0).email())).get("code");

    assertThat(back(callback("calendar", one.state(), stolen), one.cookie()))
        .isEqualTo("code_expired");
    assertThat(connections.find(user, Integration.GOOGLE_CALENDAR)).isEmpty();
  }

  @Test
  void shouldFinishInTwoWindowsOfOneBrowser() throws Exception {
    Way calendar = authorize(user, "calendar");
    Way again = authorize(user, "calendar");

    assertThat(back(choose(calendar, person(0).email()), calendar.cookie() + "; " + again.cookie()))
        .isEqualTo("connected");
    assertThat(back(choose(again, person(0).email()), calendar.cookie() + "; " + again.cookie()))
        .isEqualTo("connected");
  }

  /** B21: Google sends the refresh token only once, and it must not be lost. */
  @Test
  void shouldKeepSyncingWhenGoogleSendsNoRefreshTokenAgain() throws Exception {
    connect(user, "calendar", person(0));
    String kept = refreshToken();
    Way way = authorize(user, "calendar");
    String code = consent(way, person(0).email(), scopes("calendar.readonly"), false);

    assertThat(back(callback("calendar", way.state(), code), way.cookie())).isEqualTo("connected");

    assertThat(refreshToken()).isEqualTo(kept);
    assertThat(awaitSync(user, "google_calendar").path("status").asText()).isEqualTo("active");
  }

  @Test
  void shouldSayThatTheBoxAtGoogleWasNotTicked() throws Exception {
    Way way = authorize(user, "contacts");
    String code = consent(way, person(0).email(), Set.of("openid", "email"), true);

    assertThat(back(callback("contacts", way.state(), code), way.cookie()))
        .isEqualTo("scope_missing");
    assertThat(status(user, "contacts").path("status").asText()).isEqualTo("not_connected");
  }

  @Test
  void shouldSayThatTheUserDidNotWantIt() throws Exception {
    Way way = authorize(user, "calendar");

    assertThat(back(choose(way, "deny"), way.cookie())).isEqualTo("denied");
  }

  @ParameterizedTest
  @CsvSource({
    "401,invalid_client,our_fault,oauth_client_broken",
    "400,redirect_uri_mismatch,our_fault,oauth_redirect_broken",
    "400,invalid_grant,code_expired,",
    "403,admin_policy_enforced,shut_out,",
    "503,'',unavailable,",
    "429,'',unavailable,",
  })
  void shouldSayWhoseFaultItIs(int status, String error, String outcome, String alert)
      throws Exception {
    connect(user, "calendar", person(0));
    awaitSync(user, "google_calendar");
    String before = refreshToken();
    Way way = authorize(user, "calendar");
    String address = choose(way, person(0).email());
    SANDBOX.faults().add(Fault.answer(Service.OAUTH, status, error).onPath("/token"));

    assertThat(back(address, way.cookie())).isEqualTo(outcome);

    assertThat(refreshToken()).isEqualTo(before);
    assertThat(status(user, "calendar").path("status").asText()).isEqualTo("active");
    assertThat(
            jdbc.sql("SELECT kind FROM admin_alerts WHERE kind LIKE 'oauth%'")
                .query(String.class)
                .list())
        .isEqualTo(alert == null ? List.of() : List.of(alert));
  }

  @Test
  void shouldNotExchangeOneAccountForAnotherUnasked() throws Exception {
    connect(user, "calendar", person(0));
    awaitSync(user, "google_calendar");
    assertThat(UriQuery.of(authorize(user, "calendar").url()))
        .containsEntry("login_hint", person(0).email());
    String before = refreshToken();

    assertThat(connect(user, "calendar", person(2))).isEqualTo("other_account");

    assertThat(refreshToken()).isEqualTo(before);
    assertThat(status(user, "calendar").path("googleEmail").asText()).isEqualTo(person(0).email());
    assertThat(events()).isPositive();
  }

  @Test
  void shouldReplaceTheAccountWithAllThatCameFromItOnceThatIsConfirmed() throws Exception {
    connect(user, "calendar", person(0));
    awaitSync(user, "google_calendar");
    Way way = authorize(user, "calendar", "?switchAccount=true");
    assertThat(UriQuery.of(way.url()))
        .containsEntry("prompt", "consent select_account")
        .doesNotContainKey("login_hint");

    assertThat(back(choose(way, person(2).email()), way.cookie())).isEqualTo("connected");

    assertThat(status(user, "calendar").path("googleEmail").asText()).isEqualTo(person(2).email());
    awaitSync(user, "google_calendar");
    assertThat(
            jdbc.sql("SELECT google_id FROM calendars WHERE user_id = :user AND is_primary")
                .param("user", user)
                .query(String.class)
                .list())
        .containsExactly(person(2).email());
  }

  @Test
  void shouldKeepContactsAsTheUsersOwnWhenTheAccountChanges() throws Exception {
    connect(user, "contacts", person(0));
    awaitSync(user, "google_contacts");
    long before = count("SELECT count(*) FROM contacts WHERE user_id = :user");
    Way way = authorize(user, "contacts", "?switchAccount=true");

    assertThat(back(choose(way, person(2).email()), way.cookie())).isEqualTo("connected");
    awaitSync(user, "google_contacts");

    assertThat(count("SELECT count(*) FROM contacts WHERE user_id = :user AND archived_at IS NULL"))
        .isGreaterThanOrEqualTo(before);
  }

  @Test
  void shouldCloseTheBreakerAndTheNoticeWhenAUserReconnects() throws Exception {
    connect(user, "calendar", person(0));
    awaitSync(user, "google_calendar");
    UUID connection = connections.find(user, Integration.GOOGLE_CALENDAR).orElseThrow().id();
    jdbc.sql(
            """
            UPDATE google_connections SET status = 'needs_reauth', status_reason = 'invalid_grant',
              access_token_enc = NULL WHERE id = :id""")
        .param("id", connection)
        .update();
    jdbc.sql(
            """
            UPDATE sync_state SET breaker = 'open', breaker_retry_at = now() + interval '1 day',
              failures = 3 WHERE connection_id = :id""")
        .param("id", connection)
        .update();
    jdbc.sql(
            """
            INSERT INTO notices (user_id, kind, subject_key)
            VALUES (:user, 'token_invalid', :id::text)""")
        .param("user", user)
        .param("id", connection)
        .update();
    assertThat(status(user, "calendar").path("reAuthNeeded").asBoolean()).isTrue();
    assertThat(sync(user, "google_calendar").path("reason").asText()).isEqualTo("invalid_grant");

    assertThat(connect(user, "calendar", person(0))).isEqualTo("connected");

    await()
        .untilAsserted(
            () ->
                assertThat(sync(user, "google_calendar").at("/lastRun/trigger").asText())
                    .isEqualTo("reconnect"));
    await()
        .untilAsserted(
            () ->
                assertThat(
                        count(
                            "SELECT count(*) FROM notices WHERE user_id = :user"
                                + " AND resolved_at IS NULL"))
                    .isZero());
    assertThat(connections.find(user, Integration.GOOGLE_CALENDAR).orElseThrow().id())
        .isEqualTo(connection);
  }

  @ParameterizedTest
  @CsvSource({
    "/api/oauth/connected?integration=calendar&outcome=connected,Google Calendar: Connected",
    "/api/oauth/connected?integration=contacts&outcome=denied,Google Contacts: Not connected",
    "/api/oauth/connected?integration=%3Cscript%3E&outcome=%3Cscript%3E,Not connected",
    "/api/oauth/connected,Not connected",
  })
  void shouldShowAPageThatSaysHowItEnded(String path, String title) throws Exception {
    HttpResponse<String> page = get("http://localhost:" + port + path);

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(page.headers().allValues("Content-Security-Policy"))
        .singleElement()
        .asString()
        .startsWith("default-src 'none'; style-src 'sha256-");
    assertThat(page.body()).contains("<title>" + title + "</title>").doesNotContain("<script");
  }

  @ParameterizedTest
  @CsvSource({"state=a&state=b", "state=%FF", "code=x", "''", "error=access_denied"})
  void shouldEndOnThePageWhateverComesBack(String query) throws Exception {
    assertThat(back("http://localhost:" + port + "/api/calendar/oauth/callback?" + query, null))
        .isEqualTo("state_unknown");
  }

  @Test
  void shouldRefuseWhatItCannotTake() throws Exception {
    assertThat(
            askAs(user, "GET", "/api/calendar/oauth/authorize?switchAccount=yes", null)
                .statusCode())
        .isEqualTo(400);
    assertThat(
            askAs(
                    user,
                    "GET",
                    "/api/calendar/oauth/authorize?redirect_uri=https://evil.example",
                    null)
                .statusCode())
        .isEqualTo(400);
  }

  /** B20: nothing in a request says whose it is. */
  @Test
  void shouldShowNobodyTheConnectionOfAnother() throws Exception {
    connect(user, "calendar", person(0));
    UUID other = signUp();

    assertThat(status(other, "calendar").path("status").asText()).isEqualTo("not_connected");
    for (String path : Set.of("/api/sync/status", "/api/calendar/oauth/status")) {
      assertThat(askAs(other, "GET", path + "?userId=" + user, null).statusCode()).isEqualTo(400);
      HttpResponse<String> answer =
          askAs(other, "GET", path, null, "userId", user.toString(), "user", user.toString());
      assertThat(answer.body()).contains("not_connected").doesNotContain(person(0).email());
    }
    assertThat(askAs(other, "GET", "/api/sync/status/" + user, null).statusCode()).isEqualTo(404);
    askAs(other, "DELETE", "/api/calendar/oauth/disconnect", null);
    assertThat(status(user, "calendar").path("connected").asBoolean()).isTrue();
  }

  private String refreshToken() {
    GoogleConnection found = connections.find(user, Integration.GOOGLE_CALENDAR).orElseThrow();
    return cipher.decrypt(found.id(), found.refreshToken(), found.keyId());
  }

  private static String state(HttpResponse<String> answer) {
    try {
      return UriQuery.of(tree(answer).path("authorizationUrl").asText()).get("state");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private double outcomes(String outcome) {
    return counted("millrace.connects", "integration", "google_calendar", "outcome", outcome);
  }
}
