package dev.millrace.cache;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys of a cache, such as {@code calendar:slots:{userId}:{from}_{to}}, and the tags that each
 * of its entries has, such as {@code contacts:{userId}}.
 */
final class KeyPattern {

  private static final Pattern NAME = Pattern.compile("\\{([A-Za-z][A-Za-z0-9]*)}");

  private static final Pattern TOUCHING = Pattern.compile("}[\\p{L}\\p{Nd}]*\\{");

  private final String key;
  private final List<String> tags;
  private final List<String> names;

  /**
   * @throws IllegalArgumentException when there is a brace that belongs to no name, two names have
   *     no sign between them, the key does not begin with a word, or one of them can be none
   */
  KeyPattern(String key, List<String> tags) {
    this.key = key;
    this.tags = List.copyOf(tags);
    Set<String> found = new LinkedHashSet<>();
    names(key, found);
    for (String tag : tags) {
      names(tag, found);
    }
    if (!key.matches("[^:{}]+(:.+)?")) {
      throw new IllegalArgumentException(
          "\"%s\" must begin with a word, as contact:list:{userId} does".formatted(key));
    }
    CacheKey.check("key", withNames("x"));
    tags.forEach(tag -> CacheKey.checkTag(NAME.matcher(tag).replaceAll("x")));
    this.names = List.copyOf(found);
  }

  /** The key with all names the same, so that keys of equal patterns are equal. */
  String withNames(String name) {
    return NAME.matcher(key).replaceAll(Matcher.quoteReplacement(name));
  }

  /** Of the values that a key is made of, in their order; those of tags alone come last. */
  List<String> names() {
    return names;
  }

  /**
   * @throws IllegalArgumentException when there are more or fewer values than names, or one is
   *     empty
   */
  CacheKey key(Object... values) {
    if (values.length != names.size()) {
      throw new IllegalArgumentException(
          "%d values are given for the key %s; give %s."
              .formatted(values.length, key, names.isEmpty() ? "none" : names));
    }
    return new CacheKey(
        filled(key, names, values), tags.stream().map(tag -> filled(tag, names, values)).toList());
  }

  /**
   * The marker of all entries whose key begins with these values; of a single entry when all are
   * given.
   *
   * @throws IllegalArgumentException when what is left of the key does not end before a colon
   */
  String under(Object... values) {
    Set<String> inKey = new LinkedHashSet<>();
    names(key, inKey);
    if (values.length > inKey.size()) {
      throw new IllegalArgumentException(
          "%d values are given for the key %s; give at most %d."
              .formatted(values.length, key, inKey.size()));
    }
    if (values.length == inKey.size()) {
      return Marker.ofKey(filled(key, names, values));
    }
    String open = "{" + names.get(values.length) + "}";
    String before = key.substring(0, key.indexOf(open));
    if (!before.endsWith(":")) {
      throw new IllegalArgumentException(
          "Entries of %s cannot be dropped by %s alone; give fewer values, or all."
              .formatted(key, names.subList(0, values.length)));
    }
    String prefix = filled(before.substring(0, before.length() - 1), names, values);
    CacheKey.checkPrefix(prefix);
    return Marker.ofTag(prefix);
  }

  /**
   * A tag with its names filled in.
   *
   * @throws IllegalArgumentException when there are more or fewer values than names, or one is
   *     empty
   */
  static String tag(String tag, Object... values) {
    Set<String> found = new LinkedHashSet<>();
    names(tag, found);
    if (values.length != found.size()) {
      throw new IllegalArgumentException(
          "%d values are given for the tag %s; give %s."
              .formatted(values.length, tag, found.isEmpty() ? "none" : found));
    }
    return filled(tag, List.copyOf(found), values);
  }

  private static String filled(String pattern, List<String> names, Object... values) {
    Matcher matcher = NAME.matcher(pattern);
    StringBuilder text = new StringBuilder();
    while (matcher.find()) {
      String name = matcher.group(1);
      Object value = values[names.indexOf(name)];
      if (value == null || value.toString().isEmpty()) {
        throw new IllegalArgumentException(
            "%s of %s is empty; give it a value.".formatted(name, pattern));
      }
      matcher.appendReplacement(text, Matcher.quoteReplacement(encoded(value.toString(), pattern)));
    }
    return matcher.appendTail(text).toString();
  }

  /** Values may hold what the pattern is written with, and still no two keys become one. */
  private static String encoded(String value, String pattern) {
    String literals = NAME.matcher(pattern).replaceAll("");
    StringBuilder text = new StringBuilder();
    value
        .codePoints()
        .forEach(
            letter -> {
              boolean meant = literals.indexOf(letter) >= 0 || ":%*".indexOf(letter) >= 0;
              if (Character.isLetterOrDigit(letter) || !meant && !Character.isISOControl(letter)) {
                text.appendCodePoint(letter);
              } else {
                for (byte part : Character.toString(letter).getBytes(StandardCharsets.UTF_8)) {
                  text.append('%').append("%02X".formatted(part));
                }
              }
            });
    return text.toString();
  }

  private static void names(String pattern, Set<String> found) {
    List<String> here = new ArrayList<>();
    NAME.matcher(pattern).results().forEach(match -> here.add(match.group(1)));
    if (NAME.matcher(pattern).replaceAll("").matches(".*[{}].*")) {
      throw new IllegalArgumentException(
          "\"%s\" has a brace that belongs to no name; write names as {userId}".formatted(pattern));
    }
    if (TOUCHING.matcher(pattern).find()) {
      throw new IllegalArgumentException(
          "\"%s\" has two names that no sign keeps apart; put a colon or _ between them"
              .formatted(pattern));
    }
    found.addAll(here);
  }

  @Override
  public String toString() {
    return key;
  }
}
