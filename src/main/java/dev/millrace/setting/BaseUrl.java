package dev.millrace.setting;

import java.net.URI;

/** Addresses that others are made of by putting a path behind. */
final class BaseUrl {

  private BaseUrl() {}

  /**
   * What is set, without a slash at its end.
   *
   * @param purpose what such an address is
   * @throws RefusedSetting if it is no address of http or https, or has more than a path
   */
  static String of(String setting, String set, String purpose) {
    String text = set.strip().replaceAll("/+$", "");
    if (!usable(text)) {
      throw new RefusedSetting(
          "%s is \"%s\", which is not where %s."
              .formatted(setting, set.strip().replaceAll("//[^/]*@", "//...@"), purpose),
          "Set it to an address such as https://millrace.example, with the prefix of your proxy if"
              + " there is one.");
    }
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
