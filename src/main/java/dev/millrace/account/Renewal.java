package dev.millrace.account;

/**
 * What came of renewing one token.
 *
 * @param token the one to use; null unless {@link Outcome#REFRESHED} or {@link Outcome#SKIPPED}
 * @param reason why it is dead or unavailable; else null
 * @param discovered whether the grant was alive until now
 */
record Renewal(Outcome outcome, AccessToken token, String reason, boolean discovered) {

  enum Outcome {
    REFRESHED,
    /** Somebody else did it meanwhile. */
    SKIPPED,
    DEAD,
    TRANSIENT,
    /** Another process is at it. */
    ELSEWHERE
  }

  static Renewal refreshed(AccessToken token) {
    return new Renewal(Outcome.REFRESHED, token, null, false);
  }

  static Renewal skipped(AccessToken token) {
    return new Renewal(Outcome.SKIPPED, token, null, false);
  }

  static Renewal dead(String reason, boolean discovered) {
    return new Renewal(Outcome.DEAD, null, reason, discovered);
  }

  static Renewal elsewhere() {
    return new Renewal(Outcome.ELSEWHERE, null, "token_refresh_elsewhere", false);
  }

  static Renewal unavailable(String reason) {
    return new Renewal(Outcome.TRANSIENT, null, reason, false);
  }
}
