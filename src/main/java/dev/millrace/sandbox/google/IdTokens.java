package dev.millrace.sandbox.google;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Date;

/** Says whose grant it is, in Google's name; signed with a key that only this sandbox has. */
final class IdTokens {

  private static final String ISSUER = "https://accounts.google.com";
  private static final int KEY_BITS = 2048;

  private final OAuthClient client;
  private final Clock clock;
  private RSAKey key;

  IdTokens(OAuthClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * @param withEmail whether the scope {@code email} was granted
   */
  String of(String account, boolean withEmail) {
    Date now = Date.from(clock.instant());
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .audience(client.id())
            .claim("azp", client.id())
            .subject(subject(account))
            .issueTime(now)
            .expirationTime(Date.from(clock.instant().plus(Grants.ACCESS_TOKEN_LIFE)));
    if (withEmail) {
      claims.claim("email", account).claim("email_verified", true);
    }
    try {
      RSAKey signing = key();
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256)
                  .keyID(signing.getKeyID())
                  .type(JOSEObjectType.JWT)
                  .build(),
              claims.build());
      token.sign(new RSASSASigner(signing));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("Every Java has RSA", e);
    }
  }

  /** Made when it is first needed: it takes a moment, and most sandboxes sign nothing. */
  private synchronized RSAKey key() throws JOSEException {
    if (key == null) {
      key = new RSAKeyGenerator(KEY_BITS).keyID(Opaque.random(8)).generate();
    }
    return key;
  }

  /** Google's are decimal numbers of 21 digits. */
  private static String subject(String account) {
    String digits =
        new BigInteger(1, Opaque.derived("sub:" + account).getBytes(StandardCharsets.US_ASCII))
            .toString();
    return digits.substring(0, 21);
  }
}
