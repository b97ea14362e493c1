package dev.millrace.cache;

import java.util.concurrent.atomic.AtomicReference;

/** What was found or loaded for all who asked together; each gets an object of his own. */
final class Found<T> {

  /** Where it was. */
  enum Result {
    NEAR,
    FAR,
    NEGATIVE,
    MISS,
    /** Redis could not be asked. */
    ERROR,
    /** The load failed, or the caller was interrupted. */
    FAILED
  }

  private final Result result;
  private final String text;
  private final AtomicReference<T> unused;
  private final T shared;

  private Found(Result result, String text, T unused, T shared) {
    this.result = result;
    this.text = text;
    this.unused = new AtomicReference<>(unused);
    this.shared = shared;
  }

  /**
   * @param text from which {@code value} was read, and from which others read theirs
   */
  static <T> Found<T> of(Result result, String text, T value) {
    return new Found<>(result, text, value, null);
  }

  /** A value that is no JSON, so that all get the same object. */
  static <T> Found<T> shared(Result result, T value) {
    return new Found<>(result, null, null, value);
  }

  Result result() {
    return result;
  }

  /** Null when there is nothing. */
  T value(Entries<T> entries) {
    if (text == null) {
      return shared;
    }
    T first = unused.getAndSet(null);
    return first != null ? first : entries.read(text).orElseThrow().value();
  }
}
