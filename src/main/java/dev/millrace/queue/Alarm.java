package dev.millrace.queue;

import java.time.Duration;
import java.util.concurrent.Future;

/**
 * Wakes a consumer at the earliest of the times it was told. It reads the clock now and then, for
 * the clock may be put forward and a machine may sleep, which a timer does not notice; that costs
 * Redis nothing. Belongs to the engine's loop.
 */
final class Alarm {

  private static final Duration LONGEST_NAP = Duration.ofSeconds(5);
  private static final long NEVER = Long.MAX_VALUE;

  private final EngineLoop loop;
  private final Runnable action;
  private long dueMillis = NEVER;
  private Future<?> nap;

  Alarm(EngineLoop loop, Runnable action) {
    this.loop = loop;
    this.action = action;
  }

  /** At this time (ms since the epoch), unless an earlier one is set: whoever wakes looks again. */
  void at(long millis) {
    if (millis < dueMillis) {
      dueMillis = millis;
      sleep();
    }
  }

  void cancel() {
    dueMillis = NEVER;
    if (nap != null) {
      nap.cancel(false);
    }
  }

  private void sleep() {
    if (nap != null) {
      nap.cancel(false);
    }
    long left = Math.min(dueMillis - loop.now(), LONGEST_NAP.toMillis());
    nap = loop.later(Duration.ofMillis(left), this::look);
  }

  private void look() {
    if (loop.now() < dueMillis) {
      sleep();
      return;
    }
    dueMillis = NEVER;
    action.run();
  }
}
