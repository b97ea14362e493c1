package dev.millrace.sandbox.google;

import java.time.Instant;
import java.util.Set;

/**
 * What an account allowed the client, for as long as it is not revoked.
 *
 * @param account the Google account's e-mail address
 * @param usedAt when the refresh token was last used; it dies after six months of disuse
 * @param diesAt end of a time-limited grant (e.g. of a consent screen in testing); null if none
 * @param rotates whether the next refresh answers with a new refresh token
 */
public record Grant(
    String account,
    Set<String> scopes,
    String refreshToken,
    Instant grantedAt,
    Instant usedAt,
    Instant diesAt,
    boolean rotates) {

  public Grant {
    scopes = Set.copyOf(scopes);
  }

  Grant used(Instant now) {
    return new Grant(account, scopes, refreshToken, grantedAt, now, diesAt, rotates);
  }

  Grant scoped(Set<String> newScopes) {
    return new Grant(account, newScopes, refreshToken, grantedAt, usedAt, diesAt, rotates);
  }

  Grant dyingAt(Instant end) {
    return new Grant(account, scopes, refreshToken, grantedAt, usedAt, end, rotates);
  }

  Grant rotating(boolean on) {
    return new Grant(account, scopes, refreshToken, grantedAt, usedAt, diesAt, on);
  }

  Grant renamed(String newRefreshToken) {
    return new Grant(account, scopes, newRefreshToken, grantedAt, usedAt, diesAt, false);
  }

  @Override
  public String toString() {
    return "Grant[account=" + account + ", scopes=" + scopes + "]";
  }
}
