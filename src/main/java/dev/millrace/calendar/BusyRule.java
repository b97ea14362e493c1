package dev.millrace.calendar;

import java.time.Instant;
import java.util.Set;

/** Which events block time. */
final class BusyRule {

  /** They say something about a day, not what it is spent on. */
  private static final Set<String> NEVER_BUSY = Set.of("birthday", "workingLocation");

  private BusyRule() {}

  /**
   * @param transparency Google's, {@code opaque} if absent
   * @param selfResponse the user's own answer, or null; an open or tentative one blocks the time
   */
  static boolean busy(
      String status,
      String transparency,
      String type,
      String selfResponse,
      Instant start,
      Instant end) {
    return !"cancelled".equals(status)
        && !"transparent".equals(transparency)
        && !"declined".equals(selfResponse)
        && !NEVER_BUSY.contains(type)
        && start.isBefore(end);
  }
}
