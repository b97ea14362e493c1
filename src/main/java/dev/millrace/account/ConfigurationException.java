package dev.millrace.account;

import dev.millrace.job.PermanentException;

/**
 * Our own configuration is wrong: no user did anything, none must be told, and no further attempt
 * helps before an operator acts.
 */
public class ConfigurationException extends PermanentException {

  private static final long serialVersionUID = 1L;

  private final String alert;

  /**
   * @param alert kind of the operator's alert, e.g. {@code oauth_client_broken}
   */
  public ConfigurationException(String alert, String message) {
    super(message);
    this.alert = alert;
  }

  public ConfigurationException(String alert, String message, Throwable cause) {
    super(message, cause);
    this.alert = alert;
  }

  public String alert() {
    return alert;
  }
}
