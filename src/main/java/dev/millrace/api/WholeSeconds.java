package dev.millrace.api;

import java.time.Duration;

/** Times as HTTP tells them. */
final class WholeSeconds {

  private static final long ALMOST = 999_999_999;

  private WholeSeconds() {}

  /** Rounded up, so that nobody comes back too early. */
  static long up(Duration time) {
    return time.plusNanos(ALMOST).toSeconds();
  }
}
