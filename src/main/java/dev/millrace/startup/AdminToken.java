package dev.millrace.startup;

import dev.millrace.setting.RefusedSetting;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

/**
 * The token that opens {@code /api} and the actuator endpoint {@code consumption}. Unset, one is
 * made in the data directory; in the production profile nothing is made, and the doors stay shut.
 */
public final class AdminToken {

  static final String SETTING = "millrace.admin-token";

  /** Below this many characters a token can be guessed. */
  static final int SHORTEST = 16;

  private static final String HOW_TO_MAKE =
      "Set MILLRACE_ADMIN_TOKEN to at least "
          + SHORTEST
          + " letters and digits, for example the output of: openssl rand -hex 32";

  private static final String REMAKE = "Delete the file; another is made at the next start.";

  // What an Authorization header can carry (RFC 6750).
  private static final Pattern CARRIED = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private final String value;
  private final SecretFile madeIn;

  private AdminToken(String value, SecretFile madeIn) {
    this.value = value;
    this.madeIn = madeIn;
  }

  /**
   * The token of an application that starts.
   *
   * @throws RefusedSetting when it is too short or cannot be sent; the value is not repeated
   */
  static AdminToken of(Environment environment, DataDirectory data) {
    String configured = configured(environment);
    if (!configured.isEmpty()) {
      return new AdminToken(checked(configured, SETTING, HOW_TO_MAKE), null);
    }
    if (environment.acceptsProfiles(Profiles.of("production"))) {
      return new AdminToken("", null);
    }
    SecretFile file = data.adminToken();
    try {
      data.create();
      return new AdminToken(checked(file.readOrMake(), file.toString(), REMAKE), file);
    } catch (IOException e) {
      throw new RefusedSetting(
          "The admin token " + file + " cannot be read or made: " + e + ".", HOW_TO_MAKE, e);
    }
  }

  /**
   * The token of an application that may be running with these settings: the configured one, else
   * the one that was made in the data directory. Makes none.
   *
   * @throws RefusedSetting when it is no token, or the file is there and cannot be read
   */
  public static Optional<String> existing(Environment environment) {
    String configured = configured(environment);
    if (!configured.isEmpty()) {
      return Optional.of(checked(configured, SETTING, HOW_TO_MAKE));
    }
    SecretFile file = DataDirectory.of(environment).adminToken();
    try {
      return file.read().map(token -> checked(token, file.toString(), REMAKE));
    } catch (IOException e) {
      throw new RefusedSetting(
          "The admin token " + file + " cannot be read: " + e + ".",
          "Set MILLRACE_ADMIN_TOKEN, or ask as the user who runs Millrace.",
          e);
    }
  }

  /** Where {@link #existing} looks when no setting names a token. */
  public static String place(Environment environment) {
    return DataDirectory.of(environment).adminToken().toString();
  }

  /** The token; empty = none, and nobody may in. */
  String value() {
    return value;
  }

  /** The file that the token was made in; empty when it was configured, or there is none. */
  Optional<SecretFile> madeIn() {
    return Optional.ofNullable(madeIn);
  }

  private static String configured(Environment environment) {
    return environment.getProperty(SETTING, "").strip();
  }

  private static String checked(String token, String source, String remedy) {
    if (token.length() < SHORTEST) {
      throw new RefusedSetting(
          source
              + " holds "
              + token.length()
              + " characters; a token has at least "
              + SHORTEST
              + ".",
          remedy);
    }
    if (!CARRIED.matcher(token).matches()) {
      throw new RefusedSetting(
          source + " holds characters that an HTTP header cannot carry in a token.", remedy);
    }
    return token;
  }
}
