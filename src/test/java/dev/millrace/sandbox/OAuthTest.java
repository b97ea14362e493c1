package dev.millrace.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestClock;
import dev.millrace.sandbox.google.AuthorizationCodes;
import dev.millrace.sandbox.google.Grant;
import dev.millrace.sandbox.google.Scopes;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OAuthTest {

  private static final String REDIRECT = "http://127.0.0.1:8080/api/calendar/oauth/callback";

  private final TestClock clock = new TestClock("2026-03-02T09:00:00Z");
  private Sandbox sandbox;
  private Client client;
  private SandboxUser user;

  @BeforeEach
  void start() {
    sandbox = Sandbox.start(SandboxOptions.defaults().clock(clock).withoutData());
    client = new Client(sandbox);
    user = sandbox.users().get(0);
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @Test
  void aRefreshTokenGivesAnAccessTokenWithItsScopeAndLifeAndNoNewRefreshToken() throws IOException {
    Client.Answer answer = client.refresh(user.calendarRefreshToken());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("expires_in").asInt()).isEqualTo(3599);
    assertThat(answer.json().path("token_type").asText()).isEqualTo("Bearer");
    assertThat(answer.json().path("scope").asText()).isEqualTo(Scopes.CALENDAR_READONLY);
    assertThat(answer.json().has("refresh_token")).isFalse();
    assertThat(list(answer.json().path("access_token").asText()).status()).isEqualTo(200);
  }

  @Test
  void accessTokensExpireByTheClock() throws IOException {
    String token = client.accessToken(user.calendarRefreshToken());

    clock.advance(Duration.ofSeconds(3598));
    assertThat(list(token).status()).isEqualTo(200);
    clock.advance(Duration.ofSeconds(1));
    assertThat(list(token).status()).isEqualTo(401);
  }

  @Test
  void unknownAndRevokedRefreshTokensAreInvalidGrants() throws IOException {
    sandbox.grants().revoke(user.email());

    for (String dead : new String[] {user.calendarRefreshToken(), "1//0nobody"}) {
      Client.Answer answer = client.refresh(dead);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().path("error").asText()).isEqualTo("invalid_grant");
      assertThat(answer.json().path("error_description").asText())
          .isEqualTo("Token has been expired or revoked.");
    }
  }

  @Test
  void revokingAGrantKillsItsAccessTokensAtOnce() throws IOException {
    String token = client.accessToken(user.calendarRefreshToken());

    sandbox.grants().revokeGrant(user.calendarRefreshToken());

    assertThat(list(token).status()).isEqualTo(401);
    assertThat(client.refresh(user.contactsRefreshToken()).status()).isEqualTo(200);
  }

  @Test
  void wrongClientOrSecretIsInvalidClient() throws IOException {
    String id = client.setting("google.client-id");
    Client.Answer stranger = refreshAs("somebody.apps.googleusercontent.com", "x");
    Client.Answer wrongSecret = refreshAs(id, "wrong");

    assertThat(stranger.status()).isEqualTo(401);
    assertThat(stranger.json().path("error").asText()).isEqualTo("invalid_client");
    assertThat(wrongSecret.status()).isEqualTo(401);
    assertThat(wrongSecret.json().path("error").asText()).isEqualTo("invalid_client");
  }

  private Client.Answer refreshAs(String id, String secret) throws IOException {
    return client.token(
        "grant_type",
        "refresh_token",
        "refresh_token",
        user.calendarRefreshToken(),
        "client_id",
        id,
        "client_secret",
        secret);
  }

  @Test
  void missingParametersAreInvalidRequests() throws IOException {
    String id = client.setting("google.client-id");
    String secret = client.setting("google.client-secret");

    Client.Answer noToken =
        client.token("grant_type", "refresh_token", "client_id", id, "client_secret", secret);
    Client.Answer noType = client.token("client_id", id, "client_secret", secret);
    Client.Answer noClient =
        client.token("grant_type", "refresh_token", "refresh_token", user.calendarRefreshToken());
    Client.Answer twice =
        client.token("grant_type", "refresh_token", "grant_type", "refresh_token", "client_id", id);

    assertThat(noToken.status()).isEqualTo(400);
    assertThat(noToken.json().path("error").asText()).isEqualTo("invalid_request");
    assertThat(noToken.json().path("error_description").asText())
        .isEqualTo("Missing required parameter: refresh_token");
    assertThat(noType.json().path("error").asText()).isEqualTo("invalid_request");
    assertThat(noClient.json().path("error").asText()).isEqualTo("invalid_request");
    assertThat(twice.json().path("error").asText()).isEqualTo("invalid_request");
  }

  @Test
  void onlyFormPostsAreTaken() throws IOException {
    String url = client.setting("google.token-uri");

    assertThat(client.get(url + "?grant_type=refresh_token", null).status()).isEqualTo(405);
    assertThat(client.postJson(url, "x", "{\"grant_type\":\"refresh_token\"}").status())
        .isEqualTo(400);
  }

  @Test
  void anUnknownGrantTypeIsRefused() throws IOException {
    Client.Answer answer =
        client.token(
            "grant_type", "password",
            "client_id", client.setting("google.client-id"),
            "client_secret", client.setting("google.client-secret"));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("error").asText()).isEqualTo("unsupported_grant_type");
  }

  @Test
  void aRotatingGrantAnswersWithANewRefreshTokenOnce() throws IOException {
    sandbox.grants().rotateAtNextRefresh(user.calendarRefreshToken());

    String fresh =
        client.refresh(user.calendarRefreshToken()).json().path("refresh_token").asText();

    assertThat(fresh).isNotEmpty().isNotEqualTo(user.calendarRefreshToken());
    assertThat(client.refresh(user.calendarRefreshToken()).status()).isEqualTo(400);
    assertThat(client.refresh(fresh).json().has("refresh_token")).isFalse();
  }

  @Test
  void aNarrowedGrantAnswersWithItsScopesAndTheApiRefusesTheRest() throws IOException {
    String before = client.accessToken(user.calendarRefreshToken());
    sandbox.grants().setScopes(user.calendarRefreshToken(), Set.of(Scopes.CONTACTS_READONLY));

    Client.Answer refreshed = client.refresh(user.calendarRefreshToken());

    assertThat(refreshed.json().path("scope").asText()).isEqualTo(Scopes.CONTACTS_READONLY);
    for (String token : new String[] {before, refreshed.json().path("access_token").asText()}) {
      Client.Answer refused = list(token);
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.reason()).isEqualTo("insufficientPermissions");
    }
  }

  @Test
  void revokingEndsAllGrantsOfTheAccount() throws IOException {
    Client.Answer revoked =
        client.form(
            client.setting("google.revoke-uri"), null, "token", user.calendarRefreshToken());

    assertThat(revoked.status()).isEqualTo(200);
    assertThat(client.refresh(user.contactsRefreshToken()).status()).isEqualTo(400);
    assertThat(client.refresh(sandbox.users().get(1).contactsRefreshToken()).status())
        .isEqualTo(200);
    Client.Answer again =
        client.form(
            client.setting("google.revoke-uri"), null, "token", user.calendarRefreshToken());
    assertThat(again.status()).isEqualTo(400);
    assertThat(again.json().path("error").asText()).isEqualTo("invalid_token");
  }

  @Test
  void aGrantDiesAfterSixMonthsOfDisuseOnly() throws IOException {
    clock.advance(Duration.ofDays(180));
    assertThat(client.refresh(user.calendarRefreshToken()).status()).isEqualTo(200);
    clock.advance(Duration.ofDays(20));
    assertThat(client.refresh(user.calendarRefreshToken()).status()).isEqualTo(200);
    assertThat(client.refresh(user.contactsRefreshToken()).status()).isEqualTo(400);
  }

  @Test
  void aTimeLimitedGrantDiesAtItsEnd() throws IOException {
    sandbox.grants().endAt(user.calendarRefreshToken(), clock.instant().plus(Duration.ofDays(7)));

    clock.advance(Duration.ofDays(7).minusSeconds(1));
    assertThat(client.refresh(user.calendarRefreshToken()).status()).isEqualTo(200);
    clock.advance(Duration.ofSeconds(1));
    assertThat(client.refresh(user.calendarRefreshToken()).status()).isEqualTo(400);
  }

  @Test
  void theHundredAndFirstGrantEndsTheOldest() throws IOException {
    clock.advance(Duration.ofMinutes(1));
    for (int i = 0; i < 99; i++) {
      sandbox.grants().issue(user.email(), user.calendarScopes());
    }

    assertThat(client.refresh(user.calendarRefreshToken()).status()).isEqualTo(400);
    assertThat(client.refresh(user.contactsRefreshToken()).status()).isEqualTo(200);
  }

  @Test
  void aCodeIsRedeemedOnceWithItsVerifierAndRedirect() throws Exception {
    String verifier = "a-verifier-of-sufficient-length-0123456789abcdef";
    String code = code(true, true, challenge(verifier));

    assertThat(redeem(code, REDIRECT, "another-verifier").json().path("error").asText())
        .isEqualTo("invalid_grant");
    assertThat(redeem(code, REDIRECT, verifier).status())
        .as("a failed attempt uses the code up")
        .isEqualTo(400);
    Client.Answer good = redeem(code(true, true, challenge(verifier)), REDIRECT, verifier);
    assertThat(good.status()).isEqualTo(200);
    String refreshToken = good.json().path("refresh_token").asText();
    assertThat(client.refresh(refreshToken).status()).isEqualTo(200);
    Client.Answer elsewhere =
        redeem(code(true, true, challenge(verifier)), "http://127.0.0.1/other", verifier);
    assertThat(elsewhere.json().path("error").asText()).isEqualTo("redirect_uri_mismatch");
    assertThat(redeem(code(true, true, challenge(verifier)), REDIRECT, "").status())
        .as("a challenge demands its verifier")
        .isEqualTo(400);
  }

  @Test
  void aCodeExpires() throws IOException {
    String code = code(true, true, null);
    clock.advance(Duration.ofMinutes(10));

    assertThat(redeem(code, REDIRECT, "").json().path("error").asText()).isEqualTo("invalid_grant");
  }

  @Test
  void aSecondConsentWithoutPromptBringsNoRefreshToken() throws IOException {
    Client.Answer silent = redeem(code(true, false, null), REDIRECT, "");
    Client.Answer forced = redeem(code(true, true, null), REDIRECT, "");
    Client.Answer online = redeem(code(false, true, null), REDIRECT, "");

    assertThat(silent.json().has("refresh_token")).isFalse();
    assertThat(silent.json().path("access_token").asText()).isNotEmpty();
    assertThat(forced.json().has("refresh_token")).isTrue();
    assertThat(online.json().has("refresh_token")).isFalse();
  }

  @Test
  void theConsentPageSendsTheBrowserBackToThisMachineOnly() throws IOException {
    String page = client.setting("google.auth-uri");
    String[] asked = {
      "client_id", client.setting("google.client-id"),
      "redirect_uri", REDIRECT,
      "response_type", "code",
      "scope", Scopes.CALENDAR_READONLY,
      "access_type", "offline",
      "prompt", "consent",
      "state", "s&1"
    };
    Client.Answer shown = client.get(page + Client.query(asked), null);
    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.text()).contains(user.email());

    Client.Answer chosen =
        client.get(
            page + Client.query(asked) + "&sandbox_choice=" + Client.encode(user.email()), null);
    assertThat(chosen.status()).isEqualTo(302);
    assertThat(chosen.header("Location")).startsWith(REDIRECT + "?code=").contains("&state=s%261");
    String code = chosen.header("Location").replaceFirst(".*code=([^&]+).*", "$1");
    assertThat(
            redeem(URLDecoder.decode(code, StandardCharsets.UTF_8), REDIRECT, "")
                .json()
                .has("refresh_token"))
        .isTrue();

    asked[3] = "https://elsewhere.example/callback";
    assertThat(client.get(page + Client.query(asked), null).status()).isEqualTo(400);
  }

  @Test
  void grantsAndUsersDoNotPrintTheirTokens() {
    Grant grant = sandbox.grants().of(user.email()).get(0);

    assertThat(grant.toString()).doesNotContain(grant.refreshToken());
    assertThat(user.toString()).doesNotContain(user.calendarRefreshToken());
  }

  private Client.Answer list(String token) throws IOException {
    return client.calendar(token, "/users/me/calendarList");
  }

  private String code(boolean offline, boolean fresh, String challenge) {
    return sandbox
        .codes()
        .issue(
            new AuthorizationCodes.Consent(
                user.email(),
                Set.of(Scopes.CALENDAR_READONLY),
                REDIRECT,
                offline,
                fresh,
                challenge,
                "S256"));
  }

  private Client.Answer redeem(String code, String redirect, String verifier) throws IOException {
    return client.token(
        "grant_type",
        "authorization_code",
        "code",
        code,
        "redirect_uri",
        redirect,
        "code_verifier",
        verifier,
        "client_id",
        client.setting("google.client-id"),
        "client_secret",
        client.setting("google.client-secret"));
  }

  private static String challenge(String verifier) throws Exception {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.UTF_8)));
  }
}
