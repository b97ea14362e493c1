package dev.millrace.setting;

/**
 * {@code app.public-base-url}: where browsers, Google and Twilio reach this application, perhaps
 * with the prefix of a proxy. Whoever needs it has it injected as this type, so that all append
 * their paths to the same text.
 *
 * @param text without a slash at its end
 */
public record PublicBaseUrl(String text) {

  /**
   * Reads what is set.
   *
   * @throws RefusedSetting if it is no address of http or https, or has more than a path
   */
  public PublicBaseUrl {
    text = BaseUrl.of("app.public-base-url", text, "browsers reach this application");
  }

  /** Whether all of the way to us is encrypted. */
  public boolean secure() {
    return text.startsWith("https:");
  }

  /** What to put a path behind that begins with a slash. */
  @Override
  public String toString() {
    return text;
  }
}
