package dev.millrace.rest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What Redis knows a script by. */
public final class ScriptDigest {

  private ScriptDigest() {}

  /** The SHA-1 of its bytes, in lower-case hexadecimal digits. */
  public static String of(byte[] script) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(script));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-1", e);
    }
  }
}
