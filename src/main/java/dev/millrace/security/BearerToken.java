package dev.millrace.security;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.springframework.http.HttpHeaders;

/**
 * The one token that opens a door. Only its digest is kept: comparing digests takes as long for a
 * near miss as for a wild guess, and tells nothing of the token's length.
 */
public final class BearerToken {

  private static final String SCHEME = "Bearer ";

  private final byte[] digest;

  /**
   * @param token blank = there is none, so nothing matches
   */
  public BearerToken(String token) {
    this.digest = token.isBlank() ? null : digest(token.strip());
  }

  /** Whether any token would match. */
  public boolean exists() {
    return digest != null;
  }

  /** Whether the request has it in its {@code Authorization} header. */
  public boolean isIn(HttpServletRequest request) {
    return exists() && isSentIn(request) && is(sentIn(request));
  }

  /** Whether the request has any, right or wrong. */
  public static boolean isSentIn(HttpServletRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  /** Any token that {@link #isSentIn} the request. */
  static String sentIn(HttpServletRequest request) {
    return request.getHeader(HttpHeaders.AUTHORIZATION).substring(SCHEME.length()).strip();
  }

  /** Whether this is it. */
  public boolean is(String token) {
    return exists() && token != null && MessageDigest.isEqual(digest, digest(token.strip()));
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
