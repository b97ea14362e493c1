package dev.millrace.startup;

import dev.millrace.setting.RefusedSetting;
import org.springframework.core.env.Environment;

/** The port that a server of our own is wished to listen on. */
final class EmbeddedPort {

  private EmbeddedPort() {}

  /**
   * The setting's value, 0 meaning any free one.
   *
   * @throws RefusedSetting when it is not a port
   */
  static int of(Environment environment, String setting, int otherwise) {
    String value = environment.getProperty(setting, Integer.toString(otherwise)).strip();
    if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > 65535) {
      throw new RefusedSetting(
          setting + " is \"" + value + "\", which is not a port.",
          "Use a number from 1 to 65535, or 0 for any free port.");
    }
    return Integer.parseInt(value);
  }
}
