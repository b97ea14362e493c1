package dev.millrace.security;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.stereotype.Component;

/**
 * Tokens of users: JWTs whose {@code sub} is the id of a living user. Counts them in {@code
 * millrace.users.tokens} by outcome.
 */
@Component
@EnableConfigurationProperties(UsersProperties.class)
public class UserTokens {

  private static final Logger LOG = LoggerFactory.getLogger(UserTokens.class);

  /** Of a token that is made for trying out. */
  public static final Duration LIFETIME = Duration.ofHours(1);

  private final UsersProperties users;
  private final JwtDecoder decoder;
  private final JdbcClient jdbc;
  private final Clock clock;
  private final MeterRegistry meters;

  public UserTokens(UsersProperties users, JdbcClient jdbc, Clock clock, MeterRegistry meters) {
    this.users = users;
    this.decoder = users.open() ? UserTokenDecoder.of(users, clock) : null;
    this.jdbc = jdbc;
    this.clock = clock;
    this.meters = meters;
  }

  /**
   * A token that was made here.
   *
   * @param expiresAt whole seconds, as the token has it
   */
  public record Made(String token, Instant expiresAt) {

    @Override
    public String toString() {
      return "Made[hidden, expiresAt=" + expiresAt + "]";
    }
  }

  /** Whether any token can be right. */
  boolean open() {
    return users.open();
  }

  /** Whether tokens can be made here: with an identity provider they cannot. */
  public boolean canMake() {
    return !users.secret().isEmpty();
  }

  /** Whether there is such a user, and it was not deleted. */
  public boolean living(UUID user) {
    return jdbc.sql("SELECT count(*) FROM users WHERE id = :id AND deleted_at IS NULL")
            .param("id", user)
            .query(Long.class)
            .single()
        == 1;
  }

  /**
   * Makes a token for a user, good for {@link #LIFETIME}.
   *
   * @throws IllegalStateException unless {@link #canMake}
   */
  public Made make(UUID user) {
    if (!canMake()) {
      throw new IllegalStateException("millrace.users.secret is not set");
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    JwtClaimsSet.Builder claims =
        JwtClaimsSet.builder().subject(user.toString()).issuedAt(now).expiresAt(now.plus(LIFETIME));
    if (!users.issuer().isEmpty()) {
      claims.issuer(users.issuer());
    }
    if (!users.audience().isEmpty()) {
      claims.audience(List.of(users.audience()));
    }
    String token =
        new NimbusJwtEncoder(new ImmutableSecret<>(UserTokenDecoder.key(users.secret())))
            .encode(
                JwtEncoderParameters.from(
                    JwsHeader.with(MacAlgorithm.HS256).type("JWT").build(), claims.build()))
            .getTokenValue();
    return new Made(token, now.plus(LIFETIME));
  }

  /**
   * Whose token this is.
   *
   * @throws RefusedToken if it is nobody's
   * @throws UncheckedTokenException if that cannot be found out now
   */
  UUID owner(String token) throws RefusedToken {
    try {
      UUID user = user(decoder.decode(token));
      if (!living(user)) {
        throw new RefusedToken("no_user", "The token's user is not here, or not any more.");
      }
      count("accepted");
      return user;
    } catch (JwtValidationException e) {
      // Its signature is right, so it tells its owner what is not.
      throw counted(new RefusedToken("invalid", reason(e)));
    } catch (BadJwtException e) {
      throw counted(new RefusedToken("forged", null));
    } catch (RefusedToken e) {
      throw counted(e);
    } catch (JwtException | DataAccessException e) {
      count("unchecked");
      LOG.warn("Users' tokens cannot be checked: {}", e.getMessage());
      throw new UncheckedTokenException(e);
    }
  }

  private static UUID user(Jwt token) throws RefusedToken {
    String subject = token.getSubject();
    try {
      UUID user = UUID.fromString(subject == null ? "" : subject);
      // Java takes shorter forms as well; a user has one name.
      if (user.toString().equalsIgnoreCase(subject)) {
        return user;
      }
    } catch (IllegalArgumentException e) {
      // Said below, as for any other text that is none.
    }
    throw new RefusedToken("invalid", "The token's sub is not a user's id, which is a UUID.");
  }

  private static String reason(JwtValidationException failure) {
    String said = failure.getErrors().iterator().next().getDescription();
    if (said.contains("expired")) {
      return "The token has expired; get another.";
    }
    if (said.contains("before")) {
      return "The token is not good yet; compare the clocks.";
    }
    String claim = said.contains("iss") ? "iss" : said.contains("aud") ? "aud" : "exp";
    return "The token's " + claim + " is missing, or not what is wanted here.";
  }

  private RefusedToken counted(RefusedToken refused) {
    count(refused.outcome());
    return refused;
  }

  private void count(String outcome) {
    meters.counter("millrace.users.tokens", "outcome", outcome).increment();
  }
}
