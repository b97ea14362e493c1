package dev.millrace.cache;

/**
 * Names of the marks by which entries are dropped. To drop is to give a mark a new version; an
 * entry that was stored under another version is not there any more.
 */
final class Marker {

  private Marker() {}

  /** Of one entry. A name of its own, so that dropping {@code a} spares {@code a:b}. */
  static String ofKey(String key) {
    return "key:" + key;
  }

  /** Of all entries with a tag or under a prefix. */
  static String ofTag(String tag) {
    return "tag:" + tag;
  }
}
