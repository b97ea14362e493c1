package dev.millrace.security;

/** Why a token opens nothing; the message is for its owner and repeats nothing of it. */
final class RefusedToken extends Exception {

  private static final long serialVersionUID = 1L;

  private final String outcome;

  /**
   * @param outcome short and stable, for the counter
   * @param message null where the token may be a guess, which is told nothing
   */
  RefusedToken(String outcome, String message) {
    super(message, null, false, false);
    this.outcome = outcome;
  }

  String outcome() {
    return outcome;
  }
}
