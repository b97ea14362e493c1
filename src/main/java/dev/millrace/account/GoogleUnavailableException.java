package dev.millrace.account;

/** Google did not answer, or not in a usable way; it may the next time. */
public class GoogleUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * @param reason short and stable: {@code http_503}, {@code io}, {@code unreadable_answer}
   */
  public GoogleUnavailableException(String operation, String reason, Throwable cause) {
    super("Google, " + operation + ": " + reason, cause);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
