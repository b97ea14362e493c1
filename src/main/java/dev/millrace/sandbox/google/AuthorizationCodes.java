package dev.millrace.sandbox.google;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Codes between the consent page and the token endpoint; each is good once, for ten minutes. */
public final class AuthorizationCodes {

  static final Duration LIFE = Duration.ofMinutes(10);

  private final Clock clock;
  private final Map<String, Issued> codes = new HashMap<>();

  public AuthorizationCodes(Clock clock) {
    this.clock = clock;
  }

  /**
   * What the account consented to.
   *
   * @param offline whether a refresh token was asked for
   * @param freshConsent whether the consent page was forced, so that a refresh token is due even to
   *     an account that has one
   * @param challenge PKCE's, or null
   * @param method PKCE's: {@code S256} or {@code plain}
   */
  public record Consent(
      String account,
      Set<String> scopes,
      String redirectUri,
      boolean offline,
      boolean freshConsent,
      String challenge,
      String method) {}

  private record Issued(Consent consent, Instant expiresAt) {}

  /** Issues a code, as the consent page does after the user's click. */
  public synchronized String issue(Consent consent) {
    codes.values().removeIf(issued -> !clock.instant().isBefore(issued.expiresAt()));
    String code = "4/0A" + Opaque.random(48);
    codes.put(code, new Issued(consent, clock.instant().plus(LIFE)));
    return code;
  }

  synchronized Optional<Consent> redeem(String code) {
    return Optional.ofNullable(codes.remove(code))
        .filter(issued -> clock.instant().isBefore(issued.expiresAt()))
        .map(Issued::consent);
  }
}
