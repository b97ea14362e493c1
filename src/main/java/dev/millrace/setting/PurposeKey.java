package dev.millrace.setting;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key for one purpose, made of {@code millrace.encryption-key}: what signs or hashes must not be
 * what encrypts tokens.
 */
public final class PurposeKey {

  private static final String HMAC = "HmacSHA256";

  private final SecretKeySpec key;

  /**
   * @param encryptionKey 32 bytes as base64
   * @param purpose another one makes another key; once used it must not change
   */
  public PurposeKey(String encryptionKey, String purpose) {
    byte[] secret = Base64.getDecoder().decode(encryptionKey.strip());
    this.key = new SecretKeySpec(hmac(new SecretKeySpec(secret, HMAC), bytes(purpose)), HMAC);
  }

  /** HMAC-SHA256, 32 bytes. */
  public byte[] hmac(byte[] message) {
    return hmac(key, message);
  }

  /** HMAC-SHA256 of a text, 32 bytes. */
  public byte[] hmac(String text) {
    return hmac(key, bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] hmac(SecretKeySpec key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has " + HMAC, e);
    }
  }
}
