package dev.millrace.startup;

import java.util.Optional;
import org.springframework.core.env.Environment;

/**
 * The token that opens {@code /api} and the actuator endpoint {@code consumption}. Unset, one is
 * made in the data directory; in the production profile nothing is made, and the doors stay shut.
 */
public final class AdminToken {

  static final String SETTING = "millrace.admin-token";

  private static final TokenSetting TOKEN =
      new TokenSetting(SETTING, "MILLRACE_ADMIN_TOKEN", "The admin token");

  private final TokenSetting.Found found;

  private AdminToken(TokenSetting.Found found) {
    this.found = found;
  }

  /**
   * The token of an application that starts.
   *
   * @throws dev.millrace.setting.RefusedSetting when it is too short or cannot be sent; the value
   *     is not repeated
   */
  static AdminToken of(Environment environment, DataDirectory data) {
    return new AdminToken(TOKEN.readOrMake(environment, data, data.adminToken()));
  }

  /**
   * The token of an application that may be running with these settings: the configured one, else
   * the one that was made in the data directory. Makes none.
   *
   * @throws dev.millrace.setting.RefusedSetting when it is no token, or the file is there and
   *     cannot be read
   */
  public static Optional<String> existing(Environment environment) {
    return TOKEN.existing(environment, DataDirectory.of(environment).adminToken());
  }

  /** Where {@link #existing} looks when no setting names a token. */
  public static String place(Environment environment) {
    return DataDirectory.of(environment).adminToken().toString();
  }

  /** The token; empty = none, and nobody may in. */
  String value() {
    return found.value();
  }

  /** The file that the token was made in; empty when it was configured, or there is none. */
  Optional<SecretFile> madeIn() {
    return Optional.ofNullable(found.madeIn());
  }
}
