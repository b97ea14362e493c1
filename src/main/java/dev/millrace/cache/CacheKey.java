package dev.millrace.cache;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The name of an entry, and what it can be dropped by besides.
 *
 * <p>Colons make a tree: {@code calendar:slots:42:june} lies under the prefixes {@code calendar},
 * {@code calendar:slots} and {@code calendar:slots:42}, and goes when one of them is dropped.
 *
 * @param text 1 to 512 characters, none of which is a control character, and no colon at the
 *     beginning
 * @param tags that are no prefix of it, such as {@code contacts:42}. Whoever reads an entry must
 *     give the tags that it was stored with.
 */
public record CacheKey(String text, List<String> tags) {

  static final int LONGEST = 512;

  /** Each is one more key in every read, so that a key of colons alone cannot make it endless. */
  static final int MOST_PREFIXES = 8;

  /**
   * @throws IllegalArgumentException when the text or a tag cannot be one
   */
  public CacheKey {
    check("key", text);
    tags.forEach(CacheKey::checkTag);
    tags = List.copyOf(new LinkedHashSet<>(tags));
  }

  /**
   * A key without tags.
   *
   * @throws IllegalArgumentException when the text cannot be one
   */
  public static CacheKey of(String text) {
    return new CacheKey(text, List.of());
  }

  /** The same key with more tags. */
  public CacheKey tagged(String... more) {
    List<String> all = new ArrayList<>(tags);
    all.addAll(Arrays.asList(more));
    return new CacheKey(text, all);
  }

  /** What the entry goes with: itself, its prefixes, its tags. */
  Set<String> markers() {
    Set<String> markers = new LinkedHashSet<>();
    markers.add(Marker.ofKey(text));
    for (String prefix : prefixes()) {
      markers.add(Marker.ofTag(prefix));
    }
    for (String tag : tags) {
      markers.add(Marker.ofTag(tag));
    }
    return markers;
  }

  private List<String> prefixes() {
    List<String> prefixes = new ArrayList<>();
    for (int colon = text.indexOf(':');
        colon > 0 && prefixes.size() < MOST_PREFIXES;
        colon = text.indexOf(':', colon + 1)) {
      prefixes.add(text.substring(0, colon));
    }
    return prefixes;
  }

  /** Refuses what no key, tag or prefix can be; {@code what} it is meant to be stands in front. */
  static void check(String what, String text) {
    if (text == null || text.isEmpty() || text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "The %s has %d characters; use 1 to %d."
              .formatted(what, text == null ? 0 : text.length(), LONGEST));
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "The %s has a control character at position %d; leave it out."
              .formatted(what, firstControl(text)));
    }
    if (text.charAt(0) == ':') {
      throw new IllegalArgumentException(
          "The %s begins with a colon; put a word in front.".formatted(what));
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(
          "The %s has half of a surrogate pair; use whole characters.".formatted(what));
    }
  }

  /** Refuses what can be no tag of an entry, and so would drop nothing. */
  static void checkTag(String tag) {
    check("tag", tag);
    checkEnd("tag", tag);
  }

  private static void checkEnd(String what, String text) {
    if (text.endsWith(":") || text.endsWith("*")) {
      throw new IllegalArgumentException(
          "The %s ends with \"%s\"; nothing is searched for, so leave it out."
              .formatted(what, text.endsWith(":*") ? ":*" : text.substring(text.length() - 1)));
    }
  }

  /** Refuses a prefix that no entry lies under, or so deep that none is found. */
  static void checkPrefix(String prefix) {
    check("prefix", prefix);
    checkEnd("prefix", prefix);
    if (prefix.chars().filter(letter -> letter == ':').count() >= MOST_PREFIXES) {
      throw new IllegalArgumentException(
          "The prefix has more than %d parts; drop a shorter one.".formatted(MOST_PREFIXES));
    }
  }

  private static int firstControl(String text) {
    int at = 0;
    while (!Character.isISOControl(text.charAt(at))) {
      at++;
    }
    return at + 1;
  }

  /** Not the key, which may name a user. */
  @Override
  public String toString() {
    return "CacheKey of " + text.length() + " characters";
  }
}
