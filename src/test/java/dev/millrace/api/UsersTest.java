package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.millrace.TestDefaults;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Who may ask as a user. */
@ExtendWith(OutputCaptureExtension.class)
class UsersTest extends RunningHttp {

  /** A user's own, and open to nobody else. */
  private static final String OWN = "/api/sync/status";

  @Autowired MeterRegistry registry;

  UUID user;

  @BeforeEach
  void signUpSomebody() {
    user = signUp();
  }

  @Test
  void shouldLetAUserInByATokenOfTheSharedSecret() throws Exception {
    assertThat(with(signed(claims(user).build())).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldCountTheRequestsOfAUserByTheUserAndNotByTheAddress() throws Exception {
    HttpResponse<String> first = with(signed(claims(user).build()));
    HttpResponse<String> other = with(signed(claims(signUp()).build()));

    assertThat(left(first)).isEqualTo(left(other)).isEqualTo(999);
    assertThat(left(with(signed(claims(user).build())))).isEqualTo(998);
  }

  @Test
  void shouldMakeATokenForTryingOut() throws Exception {
    HttpResponse<String> made = ask("POST", "/api/admin/users/" + user + "/token");

    assertThat(made.statusCode()).isEqualTo(200);
    JsonNode body = tree(made);
    assertThat(Instant.parse(body.path("expiresAt").asText()))
        .isBetween(Instant.now().plusSeconds(3500), Instant.now().plusSeconds(3601));
    assertThat(with(body.path("token").asText()).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "00000000-0000-4000-8000-000000000000,404",
    "somebody,400",
    "1-1-1-1-1,400",
  })
  void shouldMakeNoTokenOfNobody(String id, int status) throws Exception {
    assertThat(ask("POST", "/api/admin/users/" + id + "/token").statusCode()).isEqualTo(status);
  }

  @Test
  void shouldNotLetAUserMakeTokens() throws Exception {
    HttpResponse<String> answer =
        askAs(user, "POST", "/api/admin/users/" + signUp() + "/token", null);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(tree(answer).path("detail").asText()).contains("needs the admin token");
  }

  @Test
  void shouldTellTheAdminThatThereIsNoUserBehindTheToken() throws Exception {
    HttpResponse<String> answer = ask("GET", OWN);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(tree(answer).path("detail").asText())
        .contains("the admin token is no user's")
        .contains("POST /api/admin/users/{userId}/token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/consumption", "/api/rate-limits", "/api/cache/a", "/api/nothing"})
  void shouldOpenNothingOfTheOperatorsToAUser(String path) throws Exception {
    assertThat(askAs(user, "GET", path, null).statusCode()).isEqualTo(403);
  }

  @Test
  void shouldNotLetInWhoSignedAnotherTokenThanOurs() throws Exception {
    JWTClaimsSet claims = claims(user).build();
    byte[] guess = "a secret that is long enough for HS256, but wrong".getBytes();

    assertRefused(with(signed(claims, JWSAlgorithm.HS256, new MACSigner(guess))));
    assertRefused(with(new PlainJWT(claims).serialize()));
    assertRefused(
        with(
            signed(
                claims,
                JWSAlgorithm.RS256,
                new RSASSASigner(new RSAKeyGenerator(2048).generate()))));
    // The right key, but not the algorithm that it is for.
    byte[] longer = (secret() + secret()).getBytes(StandardCharsets.UTF_8);
    assertRefused(with(signed(claims, JWSAlgorithm.HS512, new MACSigner(longer))));
    String right = signed(claims);
    assertRefused(with(right.substring(0, right.length() - 4) + "AAAA"));
    String[] parts = right.split("\\.");
    String other = signed(claims(signUp()).build()).split("\\.")[1];
    assertRefused(with(parts[0] + "." + other + "." + parts[2]));
    assertRefused(with(parts[0] + "." + parts[1] + "."));
    assertRefused(with("not.a.token"));
  }

  @Test
  void shouldTellTheOwnerOfAnOldTokenToGetAnother() throws Exception {
    Date past = Date.from(Instant.now().minusSeconds(90));

    HttpResponse<String> answer = with(signed(claims(user).expirationTime(past).build()));

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(tree(answer).path("detail").asText()).contains("expired").contains("get another");
    assertThat(answer.headers().firstValue("WWW-Authenticate"))
        .contains("Bearer error=\"invalid_token\"");
  }

  @Test
  void shouldForgiveAMinuteBetweenTwoClocks() throws Exception {
    Date past = Date.from(Instant.now().minusSeconds(30));

    assertThat(with(signed(claims(user).expirationTime(past).build())).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldWantATokenThatEnds() throws Exception {
    assertThat(with(signed(claims(user).expirationTime(null).build())).statusCode()).isEqualTo(401);
    Date later = Date.from(Instant.now().plusSeconds(600));
    assertThat(with(signed(claims(user).notBeforeTime(later).build())).statusCode()).isEqualTo(401);
  }

  @Test
  void shouldNotLetInWhoIsNotHereAnyMore() throws Exception {
    jdbc.sql("UPDATE users SET deleted_at = now() WHERE id = :id").param("id", user).update();

    assertThat(with(signed(claims(user).build())).statusCode()).isEqualTo(401);
    assertThat(with(signed(claims(UUID.randomUUID()).build())).statusCode()).isEqualTo(401);
    assertThat(
            with(signed(new JWTClaimsSet.Builder(claims(user).build()).subject("ada").build()))
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void shouldCountTokensByOutcomeAndLogNothingOfThem(CapturedOutput output) throws Exception {
    double accepted = counted("accepted");
    double forged = counted("forged");
    String right = signed(claims(user).build());
    String wrong = new PlainJWT(claims(user).build()).serialize();

    with(right);
    with(wrong);

    assertThat(counted("accepted")).isEqualTo(accepted + 1);
    assertThat(counted("forged")).isEqualTo(forged + 1);
    assertThat(output.getAll())
        .doesNotContain(right.split("\\.")[1])
        .doesNotContain(wrong.split("\\.")[1]);
  }

  private void assertRefused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
  }

  private HttpResponse<String> with(String token) throws Exception {
    return ask("GET", OWN, null, "Authorization", "Bearer " + token);
  }

  private static JWTClaimsSet.Builder claims(UUID user) {
    return new JWTClaimsSet.Builder()
        .subject(user.toString())
        .expirationTime(Date.from(Instant.now().plusSeconds(300)));
  }

  private static String signed(JWTClaimsSet claims) throws Exception {
    return signed(
        claims, JWSAlgorithm.HS256, new MACSigner(secret().getBytes(StandardCharsets.UTF_8)));
  }

  private static String signed(JWTClaimsSet claims, JWSAlgorithm algorithm, JWSSigner signer)
      throws Exception {
    SignedJWT token =
        new SignedJWT(new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).build(), claims);
    token.sign(signer);
    return token.serialize();
  }

  private static String secret() throws Exception {
    return Files.readString(TestDefaults.data().resolve("users-secret")).strip();
  }

  private static long left(HttpResponse<String> answer) {
    return Long.parseLong(answer.headers().firstValue("X-RateLimit-Remaining").orElseThrow());
  }

  private double counted(String outcome) {
    return registry.counter("millrace.users.tokens", "outcome", outcome).count();
  }
}
