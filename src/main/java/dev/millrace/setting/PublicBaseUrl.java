package dev.millrace.setting;

import java.net.URI;

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
    String set = text.strip();
    text = set.replaceAll("/+$", "");
    if (!usable(text)) {
      throw new RefusedSetting(
          "app.public-base-url is \""
              + set.replaceAll("//[^/]*@", "//...@")
              + "\", which is not where browsers reach this application.",
          "Set it to an address such as https://millrace.example, with the prefix of your proxy if"
              + " there is one.");
    }
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

  private static boolean usable(String text) {
    try {
      URI uri = URI.create(text);
      return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
