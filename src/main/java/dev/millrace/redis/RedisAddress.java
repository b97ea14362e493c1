package dev.millrace.redis;

import dev.millrace.setting.RefusedSetting;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where a Redis is, as the address {@code redis[s]://[user:password@]host[:port][/database]} says.
 * {@link #toString()} leaves the credentials out, so an address can be logged.
 *
 * @param url the whole address, credentials included
 * @param secure whether TLS is asked for ({@code rediss})
 * @param host name or IP address
 * @param port 1 to 65535
 */
public record RedisAddress(String url, boolean secure, String host, int port) {

  /** The port a Redis address means when it names none. */
  public static final int DEFAULT_PORT = 6379;

  private static final String REMEDY =
      "Set %s to redis://[user:password@]host[:port][/database], or rediss://… for TLS, with"
          + " reserved characters of the password percent-encoded; or unset it to run the embedded"
          + " Redis.";

  /**
   * Reads an address.
   *
   * @param setting the name of the setting the value came from, for the refusal
   * @throws RefusedSetting when the value is not an address; the value is not repeated, because a
   *     malformed address may show its password in any place
   */
  public static RedisAddress parse(String setting, String value) {
    if (!value.startsWith("redis://") && !value.startsWith("rediss://")) {
      throw refused(setting, "starts with neither redis:// nor rediss://");
    }
    URI uri;
    try {
      uri = new URI(value);
    } catch (URISyntaxException e) {
      // Not passed on as the cause: its message repeats the value.
      throw refused(setting, "has a character that is not allowed at position " + e.getIndex());
    }
    if (uri.getHost() == null) {
      throw refused(setting, "names no host, or its port is not a number");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65535) {
      throw refused(setting, "has port " + uri.getPort() + ", which is not between 1 and 65535");
    }
    if (uri.getPath() != null && !uri.getPath().matches("(/\\d{0,4})?")) {
      throw refused(setting, "has a path that is not a database number");
    }
    boolean secure = uri.getScheme().equals("rediss");
    if (uri.getPort() >= 0) {
      return new RedisAddress(value, secure, uri.getHost(), uri.getPort());
    }
    // Written out, because Spring Boot passes a missing port on as -1.
    String authority = uri.getRawAuthority() + ":" + DEFAULT_PORT;
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    String url = uri.getScheme() + "://" + authority + path;
    return new RedisAddress(url, secure, uri.getHost(), DEFAULT_PORT);
  }

  private static RefusedSetting refused(String setting, String reason) {
    return new RefusedSetting(
        setting + " is not the address of a Redis: its value " + reason + ".",
        REMEDY.formatted(setting));
  }

  @Override
  public String toString() {
    return (secure ? "rediss://" : "redis://") + host + ":" + port;
  }
}
