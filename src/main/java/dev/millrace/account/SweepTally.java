package dev.millrace.account;

import dev.millrace.account.Renewal.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Counts a sweep whose parts run in parallel, and remembers what ended it early. */
class SweepTally {

  private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
  private final List<UUID> died = new ArrayList<>();
  private RuntimeException stop;
  private int unreadable;
  private RuntimeException lastUnreadable;

  synchronized void add(UUID connectionId, Renewal renewal) {
    counts.merge(renewal.outcome(), 1, Integer::sum);
    if (renewal.discovered()) {
      died.add(connectionId);
    }
  }

  /** Notes a row whose token does not open; others may. */
  synchronized void unreadable(UUID connectionId, RuntimeException failure) {
    add(connectionId, Renewal.unavailable("unreadable"));
    unreadable++;
    lastUnreadable = failure;
  }

  /** What ends a sweep in which no token opened: not one row is broken but the key is wrong. */
  private RuntimeException keyWrong(boolean keyIsRight) {
    if (unreadable == 1 && keyIsRight) {
      return null;
    }
    boolean none = counts.values().stream().mapToInt(Integer::intValue).sum() == unreadable;
    return none ? lastUnreadable : null;
  }

  synchronized boolean anyUnreadable() {
    return unreadable > 0;
  }

  /** Nothing further is started. The first reason is the one that is reported. */
  synchronized void stop(RuntimeException reason) {
    if (stop == null) {
      stop = reason;
    }
  }

  synchronized RuntimeException stopped() {
    return stop;
  }

  synchronized int count(Outcome outcome) {
    return counts.getOrDefault(outcome, 0);
  }

  /**
   * @param unnoticed dead grants of which nobody was told yet
   * @param keyIsRight whether tokens opened lately, so that a single one that does not is broken
   */
  synchronized TokenRefreshResult result(List<UUID> unnoticed, boolean keyIsRight) {
    Set<UUID> toRemind = new LinkedHashSet<>(died);
    toRemind.addAll(unnoticed);
    return new TokenRefreshResult(
        counts.values().stream().mapToInt(Integer::intValue).sum(),
        count(Outcome.REFRESHED),
        count(Outcome.DEAD),
        count(Outcome.TRANSIENT),
        count(Outcome.SKIPPED) + count(Outcome.ELSEWHERE),
        List.copyOf(toRemind),
        stop != null ? stop : keyWrong(keyIsRight));
  }
}
