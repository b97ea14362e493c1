package dev.millrace.bench;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the command line may say, as system properties.
 *
 * @param rounds measured rounds after the one that warms up, {@code bench.rounds}
 * @param limit for the whole run, {@code bench.seconds}. After the warm-up the number of jobs is
 *     cut so that all rounds fit
 * @param only a regular expression that is to be found in a scenario's name, {@code bench.only},
 *     such as {@code ^process/1/50$}; default: all, and with {@code bench.quick=true} those that
 *     the aims speak of
 */
record BenchOptions(int rounds, Duration limit, Pattern only) {

  static BenchOptions read() {
    boolean quick = Boolean.getBoolean("bench.quick");
    return new BenchOptions(
        Integer.parseInt(text("bench.rounds", "5")),
        Duration.ofSeconds(Long.parseLong(text("bench.seconds", quick ? "45" : "330"))),
        Pattern.compile(
            text("bench.only", quick ? "^(process|add)/1/50$|^pick-up/1/|^gateway/" : "")));
  }

  List<Scenario> scenarios() {
    List<Scenario> chosen =
        Scenario.all().stream().filter(scenario -> only.matcher(scenario.name()).find()).toList();
    if (chosen.isEmpty() && !gateway() && !suggestions()) {
      throw new IllegalArgumentException(
          "bench.only "
              + only
              + " matches none of "
              + Scenario.all().stream().map(Scenario::name).toList());
    }
    return chosen;
  }

  /** Whether the gateway is measured as well. */
  boolean gateway() {
    return only.matcher(GatewayBench.NAME).find();
  }

  /** Whether sweeps over suggestions are measured as well. */
  boolean suggestions() {
    return only.matcher(SuggestionBench.NAME).find();
  }

  /** The profile hands properties on that nobody set; those are empty. */
  private static String text(String name, String otherwise) {
    String value = System.getProperty(name, "");
    return value.isEmpty() ? otherwise : value;
  }
}
