package dev.millrace.startup;

import dev.millrace.setting.RefusedSetting;
import java.io.IOException;
import java.util.Base64;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

/**
 * The key that stored tokens are encrypted with: 32 bytes as base64. A production profile has to
 * name one; elsewhere one is made beside the data it protects and used from then on.
 */
final class EncryptionKey {

  static final String SETTING = "millrace.encryption-key";

  private static final int BYTES = SecretFile.BYTES;
  private static final String HOW_TO_MAKE =
      "Set MILLRACE_ENCRYPTION_KEY to 32 random bytes as base64, for example the output of:"
          + " openssl rand -base64 32";

  private EncryptionKey() {}

  /**
   * The key to use, as base64.
   *
   * @throws RefusedSetting when it is malformed, or missing in the production profile; the value is
   *     not repeated
   */
  static String of(Environment environment, DataDirectory data) {
    String configured = environment.getProperty(SETTING, "").strip();
    if (!configured.isEmpty()) {
      return checked(configured, SETTING, HOW_TO_MAKE);
    }
    if (environment.acceptsProfiles(Profiles.of("production"))) {
      throw new RefusedSetting(
          SETTING + " is not set, and the production profile does not make one up.", HOW_TO_MAKE);
    }
    SecretFile file = data.encryptionKey();
    try {
      data.create();
      return checked(
          file.readOrMake(),
          file.toString(),
          "Restore the file, or delete the whole data directory: what was encrypted with the lost"
              + " key cannot be read again.");
    } catch (IOException e) {
      throw new RefusedSetting(
          "The encryption key " + file + " cannot be read or made: " + e.getMessage() + ".",
          HOW_TO_MAKE,
          e);
    }
  }

  private static String checked(String value, String source, String remedy) {
    try {
      int length = Base64.getDecoder().decode(value).length;
      if (length == BYTES) {
        return value;
      }
      throw new RefusedSetting(
          source + " holds a key of " + length + " bytes; it has to be " + BYTES + ".", remedy);
    } catch (IllegalArgumentException e) {
      throw new RefusedSetting(source + " does not hold a key in base64.", remedy);
    }
  }
}
