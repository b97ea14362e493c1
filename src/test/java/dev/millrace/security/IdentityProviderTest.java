package dev.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.TestClock;
import dev.millrace.database.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Users who sign in at an identity provider, whose public keys are asked for over HTTP. */
class IdentityProviderTest {

  private static final String ISSUER = "https://id.example.com";
  private static final String AUDIENCE = "millrace";
  private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

  private static RSAKey rsa;
  private static ECKey ec;

  private final TestClock clock = new TestClock(NOW);
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer provider;
  private UserTokens tokens;
  private UUID user;

  @BeforeAll
  static void makeKeys() throws Exception {
    rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
    ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
  }

  @BeforeEach
  void begin() throws Exception {
    provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] keys =
        new JWKSet(List.of(rsa, ec)).toPublicJWKSet().toString().getBytes(StandardCharsets.UTF_8);
    provider.createContext(
        "/keys",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(200, keys.length);
          exchange.getResponseBody().write(keys);
          exchange.close();
        });
    provider.start();
    JdbcClient jdbc = JdbcClient.create(TestDatabase.empty());
    user =
        jdbc.sql("INSERT INTO users (email) VALUES ('ada@example.com') RETURNING id")
            .query(UUID.class)
            .single();
    tokens =
        new UserTokens(
            new UsersProperties(
                "",
                "http://localhost:" + provider.getAddress().getPort() + "/keys",
                ISSUER,
                AUDIENCE),
            jdbc,
            clock,
            meters);
  }

  @AfterEach
  void stop() {
    provider.stop(0);
  }

  @Test
  void shouldLetInWhoSignedInThere() throws Exception {
    assertThat(tokens.owner(byRsa(claims().build()))).isEqualTo(user);
    assertThat(tokens.owner(byEc(claims().build(), JOSEObjectType.JWT))).isEqualTo(user);
    assertThat(tokens.owner(byEc(claims().build(), new JOSEObjectType("at+jwt")))).isEqualTo(user);

    assertThat(asked).as("keys are kept").hasValue(1);
  }

  @Test
  void shouldNotLetInWithATokenForAnotherProgram() {
    assertRefused(() -> tokens.owner(byRsa(claims().audience("another").build())), "aud");
    assertRefused(
        () -> tokens.owner(byRsa(claims().issuer("https://evil.example").build())), "iss");
    assertRefused(() -> tokens.owner(byRsa(claims().audience((String) null).build())), "aud");
    assertRefused(() -> tokens.owner(byRsa(claims().issuer(null).build())), "iss");
  }

  @Test
  void shouldNotTakeThePublicKeyForASecret() throws Exception {
    byte[] known = rsa.toPublicJWK().toRSAPublicKey().getEncoded();
    JWSSigner confused = new MACSigner(known);

    assertForged(signed(claims().build(), JWSAlgorithm.HS256, "rsa", JOSEObjectType.JWT, confused));
    assertForged(new PlainJWT(claims().build()).serialize());
    RSAKey another = new RSAKeyGenerator(2048).keyID("rsa").generate();
    assertForged(
        signed(
            claims().build(),
            JWSAlgorithm.RS256,
            "rsa",
            JOSEObjectType.JWT,
            new RSASSASigner(another)));
    // Right, but none of the two algorithms.
    assertForged(
        signed(
            claims().build(),
            JWSAlgorithm.PS256,
            "rsa",
            JOSEObjectType.JWT,
            new RSASSASigner(rsa)));
  }

  @Test
  void shouldEndWithTheToken() throws Exception {
    String token = byRsa(claims().build());

    clock.advance(Duration.ofSeconds(359));
    assertThat(tokens.owner(token)).isEqualTo(user);
    clock.advance(Duration.ofSeconds(2));
    assertRefused(() -> tokens.owner(token), "expired");
    assertRefused(() -> tokens.owner(byRsa(claims().expirationTime(null).build())), "exp");
  }

  /** A provider that is away is no reason to tell users that their tokens are wrong. */
  @Test
  void shouldSayThatItCannotTellWhileTheProviderIsAway() throws Exception {
    provider.stop(0);

    assertThatThrownBy(() -> tokens.owner(byRsa(claims().build())))
        .isInstanceOf(UncheckedTokenException.class);
    assertThat(meters.counter("millrace.users.tokens", "outcome", "unchecked").count())
        .isEqualTo(1);
  }

  @Test
  void shouldNotMakeTokensInTheProvidersName() {
    assertThat(tokens.canMake()).isFalse();
    assertThatThrownBy(() -> tokens.make(user)).isInstanceOf(IllegalStateException.class);
  }

  private interface Check {
    UUID run() throws Exception;
  }

  private static void assertRefused(Check check, String reason) {
    assertThatThrownBy(check::run).isInstanceOf(RefusedToken.class).hasMessageContaining(reason);
  }

  private void assertForged(String token) {
    assertThatThrownBy(() -> tokens.owner(token))
        .isInstanceOf(RefusedToken.class)
        .hasMessage(null)
        .extracting(refused -> ((RefusedToken) refused).outcome())
        .isEqualTo("forged");
  }

  private JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .subject(user.toString())
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .expirationTime(Date.from(NOW.plusSeconds(300)));
  }

  private static String byRsa(JWTClaimsSet claims) throws Exception {
    return signed(claims, JWSAlgorithm.RS256, "rsa", JOSEObjectType.JWT, new RSASSASigner(rsa));
  }

  private static String byEc(JWTClaimsSet claims, JOSEObjectType type) throws Exception {
    return signed(claims, JWSAlgorithm.ES256, "ec", type, new ECDSASigner(ec));
  }

  private static String signed(
      JWTClaimsSet claims,
      JWSAlgorithm algorithm,
      String key,
      JOSEObjectType type,
      JWSSigner signer)
      throws Exception {
    SignedJWT token =
        new SignedJWT(new JWSHeader.Builder(algorithm).keyID(key).type(type).build(), claims);
    token.sign(signer);
    return token.serialize();
  }
}
