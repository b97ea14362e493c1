package dev.millrace.account;

/** Google refused a token that it had issued a moment before. */
public class UnauthorizedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnauthorizedException(String operation) {
    super("Google, " + operation + ": 401 with a fresh token");
  }
}
