package dev.millrace.calendar;

import java.time.Instant;

/** A span of time, the end excluded. */
record Window(Instant start, Instant end) {

  /** Whether anything from {@code from} to {@code to} lies in it. */
  boolean touches(Instant from, Instant to) {
    return from.isBefore(end) && to.isAfter(start);
  }
}
