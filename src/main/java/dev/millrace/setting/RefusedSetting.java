package dev.millrace.setting;

/**
 * A setting that Millrace will not start with. The message names the setting and what is wrong with
 * it, {@link #remedy()} says what to do; neither ever holds a password.
 */
public class RefusedSetting extends RuntimeException {

  private final String remedy;

  public RefusedSetting(String problem, String remedy) {
    this(problem, remedy, null);
  }

  public RefusedSetting(String problem, String remedy, Throwable cause) {
    super(problem, cause);
    this.remedy = remedy;
  }

  /** What the reader of the start-up report should do next, as one or two sentences. */
  public String remedy() {
    return remedy;
  }
}
