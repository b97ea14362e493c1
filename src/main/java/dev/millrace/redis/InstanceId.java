package dev.millrace.redis;

import dev.millrace.setting.RefusedSetting;
import java.security.SecureRandom;
import java.util.regex.Pattern;

/**
 * The name of one running instance among those that share a Redis. It is part of the names of its
 * connections and of the key that wakes it, so it must differ between instances.
 *
 * @param value 1 to 40 letters, digits, dots, dashes or underscores
 */
public record InstanceId(String value) {

  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._-]{1,40}");
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int RANDOM_LENGTH = 6;

  public InstanceId {
    if (!ALLOWED.matcher(value).matches()) {
      throw new RefusedSetting(
          "millrace.instance-id is \"" + value + "\", which cannot name a connection.",
          "Use 1 to 40 letters, digits, dots, dashes or underscores, different on each instance,"
              + " or unset it to have one made.");
    }
  }

  /** A short random name, such as {@code k3x9q2}. */
  public static InstanceId random() {
    StringBuilder name = new StringBuilder(RANDOM_LENGTH);
    new SecureRandom()
        .ints(RANDOM_LENGTH, 0, ALPHABET.length())
        .mapToObj(ALPHABET::charAt)
        .forEach(name::append);
    return new InstanceId(name.toString());
  }
}
