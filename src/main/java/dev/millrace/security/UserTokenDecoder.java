package dev.millrace.security;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * Makes what checks users' tokens. The algorithm is the setting's choice and never the token's: a
 * public key cannot pass for a secret, and {@code none} for neither.
 */
final class UserTokenDecoder {

  /** Clocks of two machines may differ by as much. */
  static final Duration SKEW = Duration.ofSeconds(60);

  /** For as long the provider's last keys hold while it does not answer. */
  private static final Duration OUTAGE = Duration.ofHours(4);

  private static final JWKSelector ANY = new JWKSelector(new JWKMatcher.Builder().build());

  private static final int PROVIDER_TIMEOUT = 5_000;
  private static final int LARGEST_KEY_SET = 100_000;

  private UserTokenDecoder() {}

  static JwtDecoder of(UsersProperties users, Clock clock) {
    NimbusJwtDecoder decoder = users.secret().isEmpty() ? byProvider(users) : bySecret(users);
    decoder.setJwtValidator(validator(users, clock));
    return decoder;
  }

  /** The secret's bytes as other programs take them from the same text. */
  static SecretKey key(String secret) {
    return new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
  }

  private static NimbusJwtDecoder bySecret(UsersProperties users) {
    return NimbusJwtDecoder.withSecretKey(key(users.secret()))
        .macAlgorithm(MacAlgorithm.HS256)
        .build();
  }

  /** Unknown key ids make it ask the provider again, but not as often as somebody likes. */
  private static NimbusJwtDecoder byProvider(UsersProperties users) {
    JWKSource<SecurityContext> keys =
        JWKSourceBuilder.<SecurityContext>create(
                url(users.jwkSetUri()),
                new DefaultResourceRetriever(PROVIDER_TIMEOUT, PROVIDER_TIMEOUT, LARGEST_KEY_SET))
            .retrying(true)
            // A provider that is away does not lock out those whose keys are known.
            .outageTolerant(OUTAGE.toMillis())
            .build();
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256), knownOnly(keys)));
    // Access tokens as RFC 9068 has them, beside plain ones.
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    // The validator below says what is wrong with times.
    processor.setJWTClaimsSetVerifier((claims, context) -> {});
    return new NimbusJwtDecoder(processor);
  }

  /** A key that was unknown a moment ago is not the provider's; asked again is later. */
  private static JWKSource<SecurityContext> knownOnly(JWKSource<SecurityContext> keys) {
    return (selector, context) -> {
      try {
        return keys.get(selector, context);
      } catch (RateLimitReachedException e) {
        // Without any known key it fails again, as a provider that does not answer.
        return selector.select(new JWKSet(keys.get(ANY, context)));
      }
    };
  }

  private static OAuth2TokenValidator<Jwt> validator(UsersProperties users, Clock clock) {
    JwtTimestampValidator times = new JwtTimestampValidator(SKEW);
    times.setClock(clock);
    List<OAuth2TokenValidator<Jwt>> all = new ArrayList<>();
    all.add(times);
    all.add(new JwtClaimValidator<>(JwtClaimNames.EXP, Objects::nonNull));
    if (!users.issuer().isEmpty()) {
      all.add(new JwtIssuerValidator(users.issuer()));
    }
    if (!users.audience().isEmpty()) {
      all.add(
          new JwtClaimValidator<List<String>>(
              JwtClaimNames.AUD, named -> named != null && named.contains(users.audience())));
    }
    return new DelegatingOAuth2TokenValidator<>(all);
  }

  private static URL url(String address) {
    try {
      return URI.create(address).toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("The setting was checked to be an address", e);
    }
  }
}
