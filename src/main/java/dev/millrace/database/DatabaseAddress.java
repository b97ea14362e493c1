package dev.millrace.database;

import dev.millrace.setting.RefusedSetting;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Where the database is. Hosting platforms hand it out as {@code
 * postgres://user:password@host:port/name}, Java wants {@code jdbc:postgresql://…}; both are read.
 *
 * @param jdbcUrl the address in Java's form; as given when it was given so
 * @param username from the address, or null
 * @param password from the address, or null
 */
public record DatabaseAddress(String jdbcUrl, String username, String password) {

  // Checked here and not by the driver, which logs the part of a value that it does not understand,
  // and that part may be a password. Several hosts, for failover, are separated by commas.
  private static final Pattern JDBC =
      Pattern.compile(
          "jdbc:postgresql:(//HOST(,HOST)*/)?[^/?@]*(\\?.*)?"
              .replace("HOST", "([^:/?@,\\[\\]]+|\\[[0-9a-fA-F:.]+])(:\\d{1,5})?"));

  private static final String REMEDY =
      "Set %s to postgres://user:password@host:port/database, with reserved characters of the"
          + " password percent-encoded, or to jdbc:postgresql://host:port/database; or unset it to"
          + " run the embedded PostgreSQL.";

  /**
   * Reads an address.
   *
   * @param setting the name of the setting the value came from, for the refusal
   * @throws RefusedSetting when the value is not an address; the value is not repeated, because a
   *     malformed address may show its password in any place
   */
  public static DatabaseAddress parse(String setting, String value) {
    if (value.startsWith("jdbc:postgresql:")) {
      if (!JDBC.matcher(value).matches()) {
        throw refused(setting, "does not go on as //host:port/database after jdbc:postgresql:");
      }
      return new DatabaseAddress(value, null, null);
    }
    if (!value.startsWith("postgres://") && !value.startsWith("postgresql://")) {
      throw refused(setting, "starts with none of postgres://, postgresql:// and jdbc:postgresql:");
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
    if (uri.getRawPath() == null || uri.getRawPath().length() < 2) {
      throw refused(setting, "names no database");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65535) {
      throw refused(setting, "has port " + uri.getPort() + ", which is not between 1 and 65535");
    }
    StringBuilder jdbc = new StringBuilder("jdbc:postgresql://").append(uri.getHost());
    if (uri.getPort() >= 0) {
      jdbc.append(':').append(uri.getPort());
    }
    jdbc.append(uri.getRawPath());
    if (uri.getRawQuery() != null) {
      jdbc.append('?').append(uri.getRawQuery());
    }
    String[] credentials =
        uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
    return new DatabaseAddress(
        jdbc.toString(),
        credentials.length > 0 ? decoded(credentials[0]) : null,
        credentials.length > 1 ? decoded(credentials[1]) : null);
  }

  private static String decoded(String part) {
    // URLDecoder is meant for forms, where a plus is a space; in an address it is a plus.
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static RefusedSetting refused(String setting, String reason) {
    return new RefusedSetting(
        setting + " is not the address of a PostgreSQL database: its value " + reason + ".",
        REMEDY.formatted(setting));
  }

  /** Host, port and name only. */
  @Override
  public String toString() {
    return jdbcUrl.replaceFirst("\\?.*", "").replaceFirst("//[^/]*@", "//");
  }
}
