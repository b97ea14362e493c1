package dev.millrace.sandbox.google;

import java.time.Instant;
import java.util.Set;

/** A bearer token; it dies with its grant or at its expiry, whichever comes first. */
public record AccessToken(
    String value, String account, Set<String> scopes, String refreshToken, Instant expiresAt) {

  AccessToken under(String newRefreshToken) {
    return new AccessToken(value, account, scopes, newRefreshToken, expiresAt);
  }

  @Override
  public String toString() {
    return "AccessToken[account=" + account + ", expiresAt=" + expiresAt + "]";
  }
}
