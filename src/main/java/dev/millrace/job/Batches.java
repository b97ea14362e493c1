package dev.millrace.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Follow-up jobs in the portions in which a route adds them: {@code bullmq:} adds a list in one
 * round trip, and no list is better than an empty one.
 */
public final class Batches {

  /** Jobs a round trip. */
  public static final int LARGEST = 100;

  private Batches() {}

  /** The payloads in lists of at most 100; none for none. */
  public static List<List<Map<String, Object>>> of(List<Map<String, Object>> payloads) {
    List<List<Map<String, Object>>> batches = new ArrayList<>();
    for (int from = 0; from < payloads.size(); from += LARGEST) {
      batches.add(List.copyOf(payloads.subList(from, Math.min(from + LARGEST, payloads.size()))));
    }
    return batches;
  }
}
