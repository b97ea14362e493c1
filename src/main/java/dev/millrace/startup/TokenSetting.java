package dev.millrace.startup;

import dev.millrace.setting.RefusedSetting;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

/**
 * A token that opens a door over HTTP: configured, else made in the data directory, except in the
 * production profile.
 *
 * @param setting the name of the setting
 * @param variable the same as a variable of the environment, to begin with its name
 * @param what it is, for messages
 */
record TokenSetting(String setting, String variable, String what) {

  /** Below this many characters a token can be guessed. */
  static final int SHORTEST = 16;

  private static final String REMAKE = "Delete the file; another is made at the next start.";

  // What an Authorization header can carry (RFC 6750).
  private static final Pattern CARRIED = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  /**
   * A token.
   *
   * @param value empty = none
   * @param madeIn null when it was configured, or there is none
   */
  record Found(String value, SecretFile madeIn) {}

  /** The token of an application that starts. */
  Found readOrMake(Environment environment, DataDirectory data, SecretFile file) {
    String configured = configured(environment);
    if (!configured.isEmpty() || environment.acceptsProfiles(Profiles.of("production"))) {
      return new Found(configured, null);
    }
    try {
      data.create();
      return new Found(checked(file.readOrMake(), file.toString(), REMAKE), file);
    } catch (IOException e) {
      throw new RefusedSetting(
          what + " " + file + " cannot be read or made: " + e + ".", howToMake(), e);
    }
  }

  /** The token of an application that may be running. Makes none. */
  Optional<String> existing(Environment environment, SecretFile file) {
    String configured = configured(environment);
    if (!configured.isEmpty()) {
      return Optional.of(configured);
    }
    try {
      return file.read().map(token -> checked(token, file.toString(), REMAKE));
    } catch (IOException e) {
      throw new RefusedSetting(
          what + " " + file + " cannot be read: " + e + ".",
          "Set " + variable + ", or ask as the user who runs Millrace.",
          e);
    }
  }

  /** What the setting says; empty = nothing. */
  String configured(Environment environment) {
    String value = environment.getProperty(setting, "").strip();
    return value.isEmpty() ? value : checked(value, setting, howToMake());
  }

  private String howToMake() {
    return "Set "
        + variable
        + " to at least "
        + SHORTEST
        + " letters and digits, for example the output of: openssl rand -hex 32";
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
