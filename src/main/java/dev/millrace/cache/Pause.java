package dev.millrace.cache;

import java.time.Duration;

/** How to wait for another replica, which gives no signal. */
@FunctionalInterface
interface Pause {

  void pause(Duration time);
}
