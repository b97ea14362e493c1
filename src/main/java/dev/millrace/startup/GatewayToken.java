package dev.millrace.startup;

import java.util.Optional;
import org.springframework.core.env.Environment;

/**
 * The token that opens {@code /redis}. Unset, one is made in the data directory; in the production
 * profile nothing is made, and the gateway stays closed.
 */
public final class GatewayToken {

  static final String SETTING = "millrace.gateway.token";
  static final String READ_ONLY = "millrace.gateway.read-only-token";

  private static final TokenSetting TOKEN =
      new TokenSetting(SETTING, "MILLRACE_GATEWAY_TOKEN", "The gateway's token");

  private final TokenSetting.Found found;

  private GatewayToken(TokenSetting.Found found) {
    this.found = found;
  }

  /**
   * The token of an application that starts.
   *
   * @throws dev.millrace.setting.RefusedSetting when it, or the read-only one, is too short or
   *     cannot be sent; the value is not repeated
   */
  static GatewayToken of(Environment environment, DataDirectory data) {
    new TokenSetting(READ_ONLY, "MILLRACE_GATEWAY_READ_ONLY_TOKEN", "The gateway's read-only token")
        .configured(environment);
    return new GatewayToken(TOKEN.readOrMake(environment, data, data.gatewayToken()));
  }

  /**
   * The token of an application that may be running with these settings: the configured one, else
   * the one that was made in the data directory. Makes none.
   *
   * @throws dev.millrace.setting.RefusedSetting when it is no token, or the file cannot be read
   */
  static Optional<String> existing(Environment environment) {
    return TOKEN.existing(environment, DataDirectory.of(environment).gatewayToken());
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
