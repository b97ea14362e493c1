package dev.millrace.queue;

import java.util.Locale;

/**
 * How much of a job's life goes to the events stream, which {@code QueueEvents} and bull-board
 * read.
 */
public enum EventMode {
  /** Everything that BullMQ writes. */
  FULL,
  /**
   * Only completed and failed, enough for {@code waitUntilFinished}; three commands less per job.
   */
  OUTCOME,
  /** Nothing. */
  OFF;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
