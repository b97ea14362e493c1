package dev.millrace.account;

import java.time.Duration;
import java.util.List;

/**
 * What the token endpoint answered.
 *
 * @param refreshToken null when Google keeps the one we hold, which is the rule
 * @param scopes empty when the answer names none: unchanged
 * @param expiresIn of the access token
 * @param refreshExpiresIn null unless the grant is limited in time
 */
public record TokenGrant(
    String accessToken,
    Duration expiresIn,
    String refreshToken,
    Duration refreshExpiresIn,
    List<String> scopes) {

  @Override
  public String toString() {
    return "TokenGrant[hidden, expiresIn=%s, scopes=%s]".formatted(expiresIn, scopes);
  }
}
