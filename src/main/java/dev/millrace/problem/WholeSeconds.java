package dev.millrace.problem;

import java.time.Duration;

/** Times as HTTP tells them. */
public final class WholeSeconds {

  private static final long ALMOST = 999_999_999;

  private WholeSeconds() {}

  /** Rounded up, so that nobody comes back too early. */
  public static long up(Duration time) {
    return time.plusNanos(ALMOST).toSeconds();
  }
}
