package dev.millrace.consumption;

/** A request that cannot be understood; its message names the field, its value and the remedy. */
public final class RequestRefused extends RuntimeException {

  private static final long serialVersionUID = 1;

  RequestRefused(String message) {
    super(message);
  }

  RequestRefused(String message, Throwable cause) {
    super(message, cause);
  }
}
