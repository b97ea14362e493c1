package dev.millrace.embedded;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for another process, which gives no signal that Java could wait on. */
public final class Patience {

  private static final Duration STEP = Duration.ofMillis(25);

  private Patience() {}

  /** Whether the condition came true within the limit; asked about every 25 ms. */
  public static boolean until(Duration limit, BooleanSupplier condition) {
    return until(limit, STEP, condition);
  }

  /** Whether the condition came true within the limit; asked about once every step. */
  public static boolean until(Duration limit, Duration step, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(step.toNanos());
    }
    return true;
  }
}
