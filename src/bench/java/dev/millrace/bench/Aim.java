package dev.millrace.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the product promises, held against what was measured.
 *
 * @param text what is promised
 * @param value measured
 * @param met whether it holds
 */
record Aim(String text, double value, boolean met) {

  private static final double SPEED = 2;
  private static final double REDIS_CPU = 0.5;

  static List<Aim> of(List<Result> results) {
    List<Aim> aims = new ArrayList<>();
    for (Result result : results) {
      Scenario scenario = result.scenario();
      boolean promised =
          scenario.workload() == Workload.PROCESS || scenario.workload() == Workload.ADD;
      if (promised && scenario.concurrency() == 50) {
        double speed = result.ratio(Measurement::jobsPerSecond);
        aims.add(new Aim(scenario.name() + " jobs/s ratio ≥ " + SPEED, speed, speed >= SPEED));
        double cpu = result.ratio(Measurement::redisCpuMicrosPerJob);
        aims.add(
            new Aim(
                scenario.name() + " Redis CPU per job ratio ≤ " + REDIS_CPU,
                cpu,
                cpu <= REDIS_CPU));
      }
      if (scenario.workload() == Workload.PICK_UP) {
        aims.add(pickUp(result, "p50", 0.5));
        aims.add(pickUp(result, "p99", 0.99));
      }
    }
    return aims;
  }

  private static Aim pickUp(Result result, String label, double share) {
    double ratio =
        Result.latencyMillis(result.millrace(), share) / Result.latencyMillis(result.node(), share);
    return new Aim(result.scenario().name() + " " + label + " ratio ≤ 1", ratio, ratio <= 1);
  }

  String line() {
    return String.format(Locale.ROOT, "  %-44s %6.2f  %s%n", text, value, met ? "met" : "MISSED");
  }
}
