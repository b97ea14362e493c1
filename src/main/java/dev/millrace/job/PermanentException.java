package dev.millrace.job;

/** No further attempt can help: an unreadable payload, a broken configuration. */
public class PermanentException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message what was found, and what to do about it; no secret, no text of a user
   */
  public PermanentException(String message) {
    super(message);
  }

  public PermanentException(String message, Throwable cause) {
    super(message, cause);
  }
}
