package dev.millrace.account;

import dev.millrace.job.PermanentException;

/**
 * Our own configuration is wrong: no user did anything, none must be told, and no further attempt
 * helps before an operator acts.
 */
public class ConfigurationException extends PermanentException {

  private static final long serialVersionUID = 1L;

  private final String alert;
  private final String key;

  /**
   * @param alert kind of the operator's alert, e.g. {@code oauth_client_broken}
   */
  public ConfigurationException(String alert, String message) {
    this(alert, alert, message);
  }

  /**
   * @param key what the alert is about, where one kind has several matters
   */
  public ConfigurationException(String alert, String key, String message) {
    super(message);
    this.alert = alert;
    this.key = key;
  }

  public ConfigurationException(String alert, String message, Throwable cause) {
    super(message, cause);
    this.alert = alert;
    this.key = alert;
  }

  public String alert() {
    return alert;
  }

  /** One alert is open for a key at a time; the kind itself unless it has several matters. */
  public String key() {
    return key;
  }
}
