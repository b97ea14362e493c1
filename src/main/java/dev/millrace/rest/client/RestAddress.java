package dev.millrace.rest.client;

import dev.millrace.setting.RefusedSetting;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Reads where Redis over HTTP is, and what opens it. */
public final class RestAddress {

  private static final String URL_REMEDY =
      "Set %s to the REST address of the database, such as https://example.upstash.io, without"
          + " quotes.";
  private static final String TOKEN_REMEDY =
      "Set %s to the token that the provider shows beside the address, without quotes.";
  private static final int HIGHEST_PORT = 65_535;

  private RestAddress() {}

  /**
   * The address without a slash at its end.
   *
   * @param setting the name of the setting the value came from, for the refusal
   * @throws RefusedSetting when it is none; the value is not repeated when it may hold a secret
   */
  public static String url(String setting, String value) {
    URI uri;
    try {
      uri = new URI(value);
    } catch (URISyntaxException e) {
      throw refused(setting, "has a character that is not allowed at position " + e.getIndex());
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (scheme.startsWith("redis")) {
      throw refused(setting, "begins with " + scheme + "://, which is the address for TCP");
    }
    if (!scheme.equals("https") && !scheme.equals("http")) {
      throw refused(setting, "begins with neither https:// nor http://");
    }
    if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > HIGHEST_PORT) {
      throw refused(setting, "names no host, or no port between 1 and " + HIGHEST_PORT);
    }
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw refused(setting, "holds more than scheme, host, port and path");
    }
    return value.replaceAll("/+$", "");
  }

  /**
   * The token.
   *
   * @throws RefusedSetting when no HTTP header can carry it; the value is not repeated
   */
  public static String token(String setting, String value) {
    if (!value.matches("[\\x21-\\x7e]+") || value.matches("[\"'].*|.*[\"']")) {
      throw new RefusedSetting(
          setting + " holds quotes, or characters that an HTTP header cannot carry in a token.",
          TOKEN_REMEDY.formatted(setting));
    }
    return value;
  }

  private static RefusedSetting refused(String setting, String problem) {
    return new RefusedSetting(setting + " " + problem + ".", URL_REMEDY.formatted(setting));
  }
}
