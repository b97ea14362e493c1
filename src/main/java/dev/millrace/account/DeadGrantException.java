package dev.millrace.account;

/**
 * Google no longer honours the grant, and only the user can heal that. Work that needs it is
 * skipped, not failed.
 */
public class DeadGrantException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String reason;
  private final boolean discovered;

  /**
   * @param reason short and stable, e.g. {@code invalid_grant}
   * @param discovered whether it was alive until now, so that the user has to be told
   */
  public DeadGrantException(String reason, boolean discovered) {
    super("the grant is dead: " + reason);
    this.reason = reason;
    this.discovered = discovered;
  }

  public String reason() {
    return reason;
  }

  public boolean discovered() {
    return discovered;
  }
}
