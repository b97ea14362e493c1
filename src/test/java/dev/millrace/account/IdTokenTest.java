package dev.millrace.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.millrace.TestClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class IdTokenTest {

  private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");
  private static final URI NOWHERE = URI.create("http://localhost:9");

  private final TestClock clock = new TestClock(NOW);
  private final IdToken idToken =
      new IdToken(
          new GoogleProperties(
              NOWHERE,
              "https://accounts.google.com",
              NOWHERE,
              NOWHERE,
              NOWHERE,
              NOWHERE,
              "our-client",
              "secret",
              Duration.ofSeconds(1),
              Duration.ofSeconds(1),
              DataSize.ofMegabytes(1),
              ""),
          new ObjectMapper(),
          clock);

  @ParameterizedTest
  @ValueSource(strings = {"https://accounts.google.com", "accounts.google.com"})
  void shouldReadWhoConsented(String issuer) {
    assertThat(idToken.email(token(claims().issuer(issuer)))).isEqualTo("ada@example.com");
  }

  @Test
  void shouldKnowNobodyWhereGoogleNamesNobody() {
    assertThat(idToken.email(token(claims().claim("email", null)))).isNull();
  }

  @Test
  void shouldFindUsAmongOthers() {
    assertThat(idToken.email(token(claims().audience(List.of("another", "our-client")))))
        .isEqualTo("ada@example.com");
  }

  @Test
  void shouldNotBelieveATokenThatIsNotGooglesForUs() {
    assertRefused(token(claims().issuer("https://evil.example")), "unexpected_iss");
    assertRefused(token(claims().issuer(null)), "unexpected_iss");
    assertRefused(token(claims().audience("another")), "unexpected_aud");
    assertRefused(token(claims().audience((String) null)), "unexpected_aud");
    assertRefused(
        token(claims().expirationTime(Date.from(NOW.minusSeconds(61)))), "unexpected_exp");
    assertRefused(token(claims().expirationTime(null)), "unexpected_exp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b", "a.b.c", "a.W10.c", "a.!.c"})
  void shouldNotReadWhatIsNoToken(String text) {
    assertRefused(text, "unexpected_form");
  }

  private void assertRefused(String token, String reason) {
    assertThatThrownBy(() -> idToken.email(token))
        .isInstanceOf(GoogleUnavailableException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("ada@example.com");
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer("https://accounts.google.com")
        .audience("our-client")
        .expirationTime(Date.from(NOW.plusSeconds(3600)))
        .claim("email", "ada@example.com");
  }

  /** The signature is not looked at, so there is none. */
  private static String token(JWTClaimsSet.Builder claims) {
    return new PlainJWT(claims.build()).serialize();
  }
}
