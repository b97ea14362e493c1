package dev.millrace.preference;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * Six digits that are sent to a number, as they are stored.
 *
 * @param hash SHA-256 of salt and digits
 */
record PhoneCode(byte[] salt, byte[] hash) {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SALT = 16;
  private static final int CODES = 1_000_000;

  /** Digits that nobody can foresee. */
  static String digits() {
    return "%06d".formatted(RANDOM.nextInt(CODES));
  }

  static PhoneCode of(String digits) {
    byte[] salt = new byte[SALT];
    RANDOM.nextBytes(salt);
    return new PhoneCode(salt, hash(salt, digits));
  }

  /** Takes as long for a near miss as for a wild guess. */
  boolean matches(String digits) {
    return MessageDigest.isEqual(hash, hash(salt, digits));
  }

  private static byte[] hash(byte[] salt, String digits) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(salt);
      return digest.digest(digits.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
