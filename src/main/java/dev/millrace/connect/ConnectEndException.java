package dev.millrace.connect;

/** The way ends here, and not well. */
final class ConnectEndException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ConnectOutcome outcome;

  /**
   * @param reason short and stable, for the log; nothing of a token or a person
   */
  ConnectEndException(ConnectOutcome outcome, String reason) {
    super(reason);
    this.outcome = outcome;
  }

  ConnectOutcome outcome() {
    return outcome;
  }
}
