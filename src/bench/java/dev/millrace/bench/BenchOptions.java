package dev.millrace.bench;

import java.time.Duration;
import java.util.List;

/**
 * What the command line may say, as system properties.
 *
 * @param rounds measured rounds after the one that warms up, {@code bench.rounds}
 * @param limit for the whole run, {@code bench.seconds}. After the warm-up the number of jobs is
 *     cut so that all rounds fit
 * @param filter texts, one of which a scenario's name must contain, {@code bench.only}, such as
 *     {@code process/1/50,pick-up}; empty = all
 */
record BenchOptions(int rounds, Duration limit, List<String> filter) {

  static BenchOptions read() {
    boolean quick = Boolean.getBoolean("bench.quick");
    String only = text("bench.only", quick ? "/1/50,/11/50,pick-up" : "");
    return new BenchOptions(
        Integer.parseInt(text("bench.rounds", "5")),
        Duration.ofSeconds(Long.parseLong(text("bench.seconds", quick ? "50" : "330"))),
        only.isEmpty() ? List.of() : List.of(only.split(",")));
  }

  List<Scenario> scenarios() {
    List<Scenario> chosen =
        Scenario.all().stream()
            .filter(s -> filter.isEmpty() || filter.stream().anyMatch(s.name()::contains))
            .toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "bench.only "
              + filter
              + " matches no scenario; use parts of "
              + Scenario.all().stream().map(Scenario::name).toList());
    }
    return chosen;
  }

  /** The profile hands properties on that nobody set; those are empty. */
  private static String text(String name, String otherwise) {
    String value = System.getProperty(name, "");
    return value.isEmpty() ? otherwise : value;
  }
}
