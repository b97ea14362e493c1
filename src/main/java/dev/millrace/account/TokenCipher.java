package dev.millrace.account;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Encrypts tokens at rest with AES-256-GCM.
 *
 * <p>Layout: 12 bytes of random IV, 16 bytes of tag, ciphertext. The connection's id is
 * authenticated along with it, so a token copied into the row of another user does not open. The
 * key's own id stands beside the token in {@code enc_key_id}.
 */
@Component
public class TokenCipher {

  static final String SETTING = "millrace.encryption-key";
  private static final int KEY_BYTES = 32;
  private static final int IV_BYTES = 12;
  private static final int TAG_BYTES = 16;

  private final SecretKeySpec key;
  private final String keyId;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param base64Key 32 bytes in base64
   * @param keyId name of that key; a new key gets a new name
   */
  public TokenCipher(
      @Value("${millrace.encryption-key:}") String base64Key,
      @Value("${millrace.encryption-key-id:k1}") String keyId) {
    this.key = new SecretKeySpec(keyBytes(base64Key), "AES");
    this.keyId = keyId;
  }

  /** The name of the key that {@link #encrypt} uses. */
  public String keyId() {
    return keyId;
  }

  /**
   * @param connectionId of the row that will hold the token
   */
  public byte[] encrypt(UUID connectionId, String token) {
    byte[] iv = new byte[IV_BYTES];
    random.nextBytes(iv);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, iv, connectionId);
      byte[] sealed = cipher.doFinal(token.getBytes(StandardCharsets.UTF_8));
      int length = sealed.length - TAG_BYTES;
      return ByteBuffer.allocate(IV_BYTES + sealed.length)
          .put(iv)
          .put(sealed, length, TAG_BYTES)
          .put(sealed, 0, length)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is not available in this JVM", e);
    }
  }

  /**
   * @param encryptedWith the key's name in the row
   * @throws ConfigurationException if the key is not the one the token was encrypted with
   */
  public String decrypt(UUID connectionId, byte[] stored, String encryptedWith) {
    if (!keyId.equals(encryptedWith)) {
      throw new ConfigurationException(
          "encryption_key_wrong",
          "a token was encrypted with key %s, but %s holds key %s: set the key that belongs to %s"
              .formatted(encryptedWith, SETTING, keyId, encryptedWith));
    }
    if (stored.length < IV_BYTES + TAG_BYTES) {
      throw unreadable(null);
    }
    ByteBuffer buffer = ByteBuffer.wrap(stored);
    byte[] iv = new byte[IV_BYTES];
    byte[] tag = new byte[TAG_BYTES];
    byte[] text = new byte[stored.length - IV_BYTES - TAG_BYTES];
    buffer.get(iv).get(tag).get(text);
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, iv, connectionId);
      byte[] sealed = ByteBuffer.allocate(text.length + TAG_BYTES).put(text).put(tag).array();
      return new String(cipher.doFinal(sealed), StandardCharsets.UTF_8);
    } catch (AEADBadTagException e) {
      throw unreadable(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is not available in this JVM", e);
    }
  }

  private static ConfigurationException unreadable(Exception cause) {
    return new ConfigurationException(
        "encryption_key_wrong",
        "a stored token does not open: "
            + SETTING
            + " is not the key it was encrypted with, or the row was changed by hand",
        cause);
  }

  private Cipher cipher(int mode, byte[] iv, UUID connectionId) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, iv));
    cipher.updateAAD(
        ByteBuffer.allocate(16)
            .putLong(connectionId.getMostSignificantBits())
            .putLong(connectionId.getLeastSignificantBits())
            .array());
    return cipher;
  }

  private static byte[] keyBytes(String base64Key) {
    String remedy = ": give 32 random bytes in base64, e.g. from `openssl rand -base64 32`";
    if (base64Key == null || base64Key.isBlank()) {
      throw new IllegalStateException(SETTING + " is not set" + remedy);
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64Key.trim());
    } catch (IllegalArgumentException e) {
      // the cause quotes a character of the key
      throw new IllegalStateException(SETTING + " is not base64" + remedy);
    }
    if (bytes.length != KEY_BYTES) {
      throw new IllegalStateException(SETTING + " has " + bytes.length + " bytes" + remedy);
    }
    return bytes;
  }
}
