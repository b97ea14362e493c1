package dev.millrace.startup;

import dev.millrace.setting.RefusedSetting;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

/**
 * The secret that users' tokens are signed with. Unset, one is made in the data directory, unless
 * an identity provider makes the tokens; in the production profile nothing is made, and users'
 * addresses stay shut.
 */
public final class UsersSecret {

  static final String SETTING = "millrace.users.secret";
  static final String PROVIDER = "millrace.users.jwk-set-uri";

  private final boolean configured;
  private final String made;
  private final SecretFile madeIn;

  private UsersSecret(boolean configured, String made, SecretFile madeIn) {
    this.configured = configured;
    this.made = made;
    this.madeIn = madeIn;
  }

  /**
   * The secret of an application that starts. What is configured is checked where it is used.
   *
   * @throws RefusedSetting when the file cannot be read or made
   */
  static UsersSecret of(Environment environment, DataDirectory data) {
    boolean configured = !environment.getProperty(SETTING, "").isBlank();
    boolean provided = !environment.getProperty(PROVIDER, "").isBlank();
    if (configured || provided || environment.acceptsProfiles(Profiles.of("production"))) {
      return new UsersSecret(configured, null, null);
    }
    SecretFile file = data.usersSecret();
    try {
      data.create();
      return new UsersSecret(false, whole(file.readOrMake(), file), file);
    } catch (IOException e) {
      throw new RefusedSetting(
          "The users' secret " + file + " cannot be read or made: " + e + ".",
          "Set MILLRACE_USERS_SECRET to the output of: openssl rand -base64 32",
          e);
    }
  }

  /** A file that was cut short would close users' addresses, or be guessed. */
  private static String whole(String secret, SecretFile file) {
    if (secret.length() < SecretFile.BYTES) {
      throw new RefusedSetting(
          "The users' secret "
              + file
              + " holds "
              + secret.length()
              + " characters; it has at least "
              + SecretFile.BYTES
              + ".",
          "Delete the file; another is made at the next start, and users sign in again.");
    }
    return secret;
  }

  /** What has to be added to the settings. */
  Map<String, Object> settings() {
    return made == null ? Map.of() : Map.of(SETTING, made);
  }

  /** Whether a setting names it. */
  boolean configured() {
    return configured;
  }

  /** The file that it was made in; empty when it was configured, or there is none. */
  Optional<SecretFile> madeIn() {
    return Optional.ofNullable(madeIn);
  }
}
