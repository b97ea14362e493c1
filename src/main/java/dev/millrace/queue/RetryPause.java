package dev.millrace.queue;

import java.time.Duration;

/** How long to wait before Redis is tried again: doubles from 200 ms to 10 s until it answers. */
final class RetryPause {

  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration LAST = Duration.ofSeconds(10);

  private Duration pause = FIRST;

  Duration next() {
    Duration now = pause;
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LAST) < 0 ? doubled : LAST;
    return now;
  }

  void reset() {
    pause = FIRST;
  }
}
