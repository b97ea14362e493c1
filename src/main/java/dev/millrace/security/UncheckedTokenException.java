package dev.millrace.security;

/** Whether a token is right cannot be found out now: database or identity provider are away. */
final class UncheckedTokenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UncheckedTokenException(Throwable cause) {
    super("tokens cannot be checked now", cause);
  }
}
