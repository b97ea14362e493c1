package dev.millrace.cache;

import dev.millrace.cache.Found.Result;

/**
 * What became of a caller: an entry was found, or it may load one.
 *
 * @param found null when it may load
 * @param permit null when it need not
 */
record Turn<T>(Found<T> found, Permit permit) {

  static <T> Turn<T> of(Found<T> found) {
    return new Turn<>(found, null);
  }

  static <T> Turn<T> of(Permit permit) {
    return new Turn<>(null, permit);
  }

  /** What was found, be it nothing. */
  Found<T> orNothing() {
    return found != null
        ? found
        : Found.shared(permit.stamp() == null ? Result.ERROR : Result.MISS, null);
  }
}
