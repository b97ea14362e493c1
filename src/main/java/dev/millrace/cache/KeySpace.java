package dev.millrace.cache;

/**
 * Where things are in Redis. Keys of entries never begin with a colon, so the two never meet.
 *
 * @param prefix of everything, such as {@code cache:}
 */
record KeySpace(String prefix) {

  String entry(String key) {
    return prefix + key;
  }

  String version(String marker) {
    return prefix + ":" + marker;
  }

  /** Of one state of the marks: when something is dropped, the next load needs no old lock. */
  String lock(String key, String stamp) {
    return prefix + ":lock:" + stamp + ":" + key;
  }
}
