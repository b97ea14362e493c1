package dev.millrace.sandbox.google;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** Strings that mean something to their issuer only: tokens, ids, etags. */
public final class Opaque {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String BASE32HEX = "0123456789abcdefghijklmnopqrstuv";

  private Opaque() {}

  /** Unguessable and new at each call. */
  public static String random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return base64(random);
  }

  /** The same for the same input, in every run of the sandbox. */
  public static String derived(String from) {
    return base64(sha256(from));
  }

  /** A derived id of 26 characters in the alphabet of Calendar's event ids. */
  public static String eventId(String from) {
    byte[] hash = sha256(from);
    StringBuilder id = new StringBuilder(26);
    for (int i = 0; i < 26; i++) {
      id.append(BASE32HEX.charAt(hash[i] & 31));
    }
    return id.toString();
  }

  /** SHA-256 in unpadded URL-safe base64, as PKCE's S256 wants it. */
  static String challenge(String verifier) {
    return base64(sha256(verifier));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
