package dev.millrace.account;

import java.time.Instant;

/**
 * A bearer token in memory. Its text form shows nothing of it.
 *
 * @param version of the row it was read from: names the token without showing it
 */
public record AccessToken(String value, Instant expiresAt, int version) {

  @Override
  public String toString() {
    return "AccessToken[hidden, expiresAt=" + expiresAt + ", version=" + version + "]";
  }
}
