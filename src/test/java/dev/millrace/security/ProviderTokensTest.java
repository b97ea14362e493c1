package dev.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.setting.RefusedSetting;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;

/** Tokens of an identity provider. */
class ProviderTokensTest {

  private static final String ISSUER = "https://id.example.com";
  private static final String AUDIENCE = "millrace";

  private final AtomicInteger asked = new AtomicInteger();

  private RSAKey key;
  private HttpServer provider;
  private JwtDecoder decoder;

  @BeforeEach
  void start() throws Exception {
    key = key("known");
    byte[] keys = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
    provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    provider.createContext(
        "/jwks",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(200, keys.length);
          exchange.getResponseBody().write(keys);
          exchange.close();
        });
    provider.start();
    decoder =
        UserTokenDecoder.of(
            new UsersProperties(
                "",
                "http://127.0.0.1:" + provider.getAddress().getPort() + "/jwks",
                ISSUER,
                AUDIENCE),
            Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    provider.stop(0);
  }

  @Test
  void shouldRefuseTokensOfUnknownKeysAsForgedHoweverManyCome() throws Exception {
    assertThat(decoder.decode(token(key)).getSubject()).isEqualTo("ada");
    RSAKey unknown = key("unknown");

    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> decoder.decode(token(unknown))).isInstanceOf(BadJwtException.class);
    }

    assertThat(asked.get()).as("nobody makes us ask the provider at will").isLessThanOrEqualTo(2);
    assertThat(decoder.decode(token(key)).getSubject()).isEqualTo("ada");
  }

  @Test
  void shouldNotCallATokenForgedBeforeTheProviderHasAnswered() throws Exception {
    provider.stop(0);

    for (int i = 0; i < 4; i++) {
      assertThatThrownBy(() -> decoder.decode(token(key)))
          .isInstanceOf(JwtException.class)
          .isNotInstanceOf(BadJwtException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://auth_server:8080/jwks",
        "https://auth_server/jwks",
        "http://id.example.com/jwks",
        "http:/jwks",
        "jwks",
      })
  void shouldRefuseAnAddressOfKeysByName(String address) {
    assertThatThrownBy(() -> new UsersProperties("", address, ISSUER, AUDIENCE))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("millrace.users.jwk-set-uri is " + address);
  }

  private static RSAKey key(String id) throws Exception {
    return new RSAKeyGenerator(2048).keyID(id).generate();
  }

  private static String token(RSAKey key) throws Exception {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .subject("ada")
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                .build());
    token.sign(new RSASSASigner(key));
    return token.serialize();
  }
}
