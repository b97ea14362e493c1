package dev.millrace.security;

import dev.millrace.setting.RefusedSetting;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code millrace.users}: whose tokens are users'. Either a secret that is shared with the program
 * that makes them, or the keys of an identity provider; with neither, users' addresses are closed.
 *
 * @param secret signs with HS256; at least 32 bytes of UTF-8
 * @param jwkSetUri the provider's public keys, for RS256 and ES256; https, or http on this machine
 * @param issuer what {@code iss} has to be; with a secret it may be left out
 * @param audience what {@code aud} has to hold; with a secret it may be left out
 */
@ConfigurationProperties("millrace.users")
public record UsersProperties(
    @DefaultValue("") String secret,
    @DefaultValue("") String jwkSetUri,
    @DefaultValue("") String issuer,
    @DefaultValue("") String audience) {

  /** RFC 7518: a key for HS256 is no shorter than its hash. */
  private static final int SHORTEST = 32;

  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  public UsersProperties {
    jwkSetUri = jwkSetUri.strip();
    issuer = issuer.strip();
    audience = audience.strip();
    if (!secret.isEmpty()) {
      checkSecret(secret);
      if (!jwkSetUri.isEmpty()) {
        throw new RefusedSetting(
            "millrace.users.secret and millrace.users.jwk-set-uri are both set.",
            "Keep the secret if your own program makes the tokens, the address if an identity"
                + " provider does.");
      }
    }
    if (!jwkSetUri.isEmpty()) {
      checkProvider(jwkSetUri, issuer, audience);
    }
  }

  /** Whether any user's token can be right. */
  public boolean open() {
    return !secret.isEmpty() || !jwkSetUri.isEmpty();
  }

  private static void checkSecret(String secret) {
    String remedy =
        "Set MILLRACE_USERS_SECRET to at least "
            + SHORTEST
            + " bytes, for example the output of: openssl rand -base64 32";
    if (!secret.equals(secret.strip())) {
      throw new RefusedSetting(
          "millrace.users.secret begins or ends with white space, which other programs may drop.",
          remedy);
    }
    int length = secret.getBytes(StandardCharsets.UTF_8).length;
    if (length < SHORTEST) {
      throw new RefusedSetting(
          "millrace.users.secret has " + length + " bytes; HS256 wants at least " + SHORTEST + ".",
          remedy);
    }
  }

  private static void checkProvider(String jwkSetUri, String issuer, String audience) {
    URI uri;
    try {
      uri = URI.create(jwkSetUri);
    } catch (IllegalArgumentException e) {
      throw notAnAddress(jwkSetUri, e);
    }
    // Java finds no host in a name with an underscore.
    boolean safe =
        uri.getHost() != null
            && ("https".equals(uri.getScheme())
                || ("http".equals(uri.getScheme()) && THIS_MACHINE.contains(uri.getHost())));
    if (!safe) {
      throw notAnAddress(jwkSetUri, null);
    }
    if (issuer.isEmpty() || audience.isEmpty()) {
      throw new RefusedSetting(
          "millrace.users.jwk-set-uri is set without millrace.users."
              + (issuer.isEmpty() ? "issuer" : "audience")
              + "; the provider's tokens for other programs would open this one.",
          "Set both to what the provider writes into its tokens as iss and aud.");
    }
  }

  private static RefusedSetting notAnAddress(String jwkSetUri, Exception cause) {
    return new RefusedSetting(
        "millrace.users.jwk-set-uri is " + jwkSetUri + ", which is not an address with https.",
        "Set it to the key set of the identity provider, for example"
            + " https://id.example.com/.well-known/jwks.json",
        cause);
  }

  @Override
  public String toString() {
    return "UsersProperties[jwkSetUri=%s, issuer=%s, audience=%s]"
        .formatted(jwkSetUri, issuer, audience);
  }
}
