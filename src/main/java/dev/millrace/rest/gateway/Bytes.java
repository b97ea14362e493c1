package dev.millrace.rest.gateway;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Bytes that grow, and knows how JSON writes a string. Not for several threads. */
final class Bytes {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int CONTROL = 0x20;

  private byte[] bytes = new byte[512];
  private int length;

  void put(char ascii) {
    room(1);
    bytes[length++] = (byte) ascii;
  }

  void put(byte[] more) {
    put(more, 0, more.length);
  }

  @SuppressWarnings("deprecation")
  void ascii(String text) {
    room(text.length());
    // Takes the low bytes, without a copy.
    text.getBytes(0, text.length(), bytes, length);
    length += text.length();
  }

  /** A JSON string with this text. */
  void json(String text) {
    json(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A JSON string with these bytes as UTF-8; what is none becomes U+FFFD. */
  void json(byte[] utf8) {
    byte[] valid = repaired(utf8);
    put('"');
    int from = 0;
    for (int i = 0; i < valid.length; i++) {
      byte one = valid[i];
      if (one >= 0 && (one < CONTROL || one == '"' || one == '\\')) {
        put(valid, from, i - from);
        escape(one);
        from = i + 1;
      }
    }
    put(valid, from, valid.length - from);
    put('"');
  }

  /** A JSON string with these bytes as base64. */
  void base64(byte[] raw) {
    put('"');
    put(Base64.getEncoder().encode(raw));
    put('"');
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, length);
  }

  private static byte[] repaired(byte[] bytes) {
    for (byte one : bytes) {
      if (one < 0) {
        return new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
      }
    }
    return bytes;
  }

  private void escape(byte one) {
    switch (one) {
      case '"', '\\' -> ascii("\\" + (char) one);
      case '\n' -> ascii("\\n");
      case '\r' -> ascii("\\r");
      case '\t' -> ascii("\\t");
      default -> {
        ascii("\\u00");
        put((char) HEX[one >> 4]);
        put((char) HEX[one & 0xf]);
      }
    }
  }

  private void put(byte[] more, int from, int count) {
    room(count);
    System.arraycopy(more, from, bytes, length, count);
    length += count;
  }

  private void room(int more) {
    int needed = Math.addExact(length, more);
    if (needed > bytes.length) {
      int doubled = bytes.length > Integer.MAX_VALUE / 2 ? needed : bytes.length * 2;
      bytes = Arrays.copyOf(bytes, Math.max(needed, doubled));
    }
  }
}
