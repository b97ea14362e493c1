package dev.millrace.preference;

import java.util.List;
import java.util.Optional;

/** Rules as a whole. */
public final class AvailabilityWeek {

  private AvailabilityWeek() {}

  /** Two rules by their places in the list. */
  public record Pair(int earlier, int later) {}

  /** The first two of one kind that have some minute of the week in common. */
  public static Optional<Pair> firstOverlap(List<AvailabilityRule> rules) {
    for (int later = 1; later < rules.size(); later++) {
      for (int earlier = 0; earlier < later; earlier++) {
        if (rules.get(later).kind() == rules.get(earlier).kind()
            && rules.get(later).overlaps(rules.get(earlier))) {
          return Optional.of(new Pair(earlier, later));
        }
      }
    }
    return Optional.empty();
  }
}
