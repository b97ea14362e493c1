package dev.millrace.cache;

import java.time.Duration;

/** Ever longer pauses, until a time is over. */
final class Waits {

  private static final Duration FIRST = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final Pause pause;
  private Duration left;
  private Duration next = FIRST;

  Waits(Duration time, Pause pause) {
    this.left = time;
    this.pause = pause;
  }

  boolean over() {
    return !left.isPositive();
  }

  void next() {
    Duration now = shorter(next, left);
    pause.pause(now);
    left = left.minus(now);
    next = shorter(next.multipliedBy(2), LONGEST);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
