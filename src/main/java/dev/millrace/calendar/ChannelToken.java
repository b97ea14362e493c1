package dev.millrace.calendar;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The secret of a push channel: only Google is told it, and says it with every message. Of it only
 * the hash is kept.
 */
final class ChannelToken {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 32;

  private ChannelToken() {}

  static String random() {
    byte[] token = new byte[BYTES];
    RANDOM.nextBytes(token);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("Every Java runtime has SHA-256; this one does not", missing);
    }
  }

  /** Takes as long for a near miss as for a wild guess. */
  static boolean matches(String sent, byte[] hash) {
    return sent != null && MessageDigest.isEqual(hash(sent), hash);
  }
}
