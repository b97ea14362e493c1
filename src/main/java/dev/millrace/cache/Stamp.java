package dev.millrace.cache;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/** Many versions in a short word, which entries carry and locks are named by. */
final class Stamp {

  /** 96 bits: no two states of the marks will ever have the same. */
  private static final int BYTES = 12;

  private Stamp() {}

  /**
   * @param versions by marker, in an order that is the same wherever the key is read; empty where a
   *     marker has none
   */
  static String of(Map<String, String> versions) {
    MessageDigest digest = sha256();
    versions.forEach(
        (marker, version) -> {
          digest.update(marker.getBytes(StandardCharsets.UTF_8));
          digest.update((byte) 0);
          digest.update(version.getBytes(StandardCharsets.UTF_8));
          digest.update((byte) 0);
        });
    byte[] start = new byte[BYTES];
    System.arraycopy(digest.digest(), 0, start, 0, BYTES);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(start);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
