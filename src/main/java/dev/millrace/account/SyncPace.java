package dev.millrace.account;

import java.time.Duration;

/**
 * How often a copy is renewed.
 *
 * @param base after any change
 * @param slowest while nothing changes
 * @param fastest lower bound outside of the first day
 * @param firstDay in the 24 hours after connecting, while the user looks on
 */
public record SyncPace(Duration base, Duration slowest, Duration fastest, Duration firstDay) {

  Duration clamp(Duration interval) {
    if (interval.compareTo(fastest) < 0) {
      return fastest;
    }
    return interval.compareTo(slowest) > 0 ? slowest : interval;
  }
}
