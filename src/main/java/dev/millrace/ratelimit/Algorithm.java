package dev.millrace.ratelimit;

import java.util.Locale;

/** How a limit counts. */
public enum Algorithm {
  /**
   * Windows follow each other by the clock, each with the whole quota. The cheapest; around the
   * turn of two windows twice the quota can pass.
   */
  FIXED_WINDOW,
  /**
   * Counts this window, and of the one before as much as is still within reach. An estimate that
   * takes the same little memory for every quota; for small ones {@link #SLIDING_LOG} is exact.
   */
  SLIDING_WINDOW,
  /** Remembers each moment, so that no window, wherever it begins, holds more than the quota. */
  SLIDING_LOG,
  /** Refills evenly; what was not used is saved up to the burst. */
  TOKEN_BUCKET;

  /** As in settings and keys, such as {@code fixed-window}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
