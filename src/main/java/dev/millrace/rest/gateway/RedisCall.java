package dev.millrace.rest.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One command as a client sent it.
 *
 * @param words its name and arguments, at least one
 * @param name the name in capitals; of two words, such as {@code SCRIPT LOAD}, the first
 */
record RedisCall(List<byte[]> words, String name) {

  RedisCall(List<byte[]> words) {
    this(words, new String(words.getFirst(), StandardCharsets.UTF_8).toUpperCase(Locale.ROOT));
  }

  int size() {
    return words.size();
  }

  byte[] word(int index) {
    return words.get(index);
  }

  /** A word as text. */
  String text(int index) {
    return new String(words.get(index), StandardCharsets.UTF_8);
  }

  /** A word as text in capitals; empty when there are not so many. */
  String upper(int index) {
    return index < words.size() ? text(index).toUpperCase(Locale.ROOT) : "";
  }

  /** The same with another word in one place. */
  RedisCall with(int index, byte[] word) {
    List<byte[]> changed = new ArrayList<>(words);
    changed.set(index, word);
    return new RedisCall(changed);
  }

  /** Only the name: arguments are users' data. */
  @Override
  public String toString() {
    return name();
  }
}
