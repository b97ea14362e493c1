package dev.millrace.account;

import dev.millrace.account.Renewal.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Counts a sweep whose parts run in parallel, and remembers what ended it early. */
class SweepTally {

  private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
  private final List<UUID> died = new ArrayList<>();
  private RuntimeException stop;

  synchronized void add(UUID connectionId, Renewal renewal) {
    counts.merge(renewal.outcome(), 1, Integer::sum);
    if (renewal.discovered()) {
      died.add(connectionId);
    }
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

  synchronized TokenRefreshResult result() {
    return new TokenRefreshResult(
        counts.values().stream().mapToInt(Integer::intValue).sum(),
        count(Outcome.REFRESHED),
        count(Outcome.DEAD),
        count(Outcome.TRANSIENT),
        count(Outcome.SKIPPED),
        List.copyOf(died));
  }
}
