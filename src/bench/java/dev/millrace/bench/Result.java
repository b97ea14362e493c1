package dev.millrace.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** All rounds of one scenario; entry i of both lists is of round i. */
record Result(Scenario scenario, List<Measurement> node, List<Measurement> millrace) {

  Result(Scenario scenario) {
    this(scenario, new ArrayList<>(), new ArrayList<>());
  }

  List<Measurement> of(Side side) {
    return side instanceof NodeSide ? node : millrace;
  }

  boolean isEmpty() {
    return node.isEmpty() || millrace.isEmpty();
  }

  /** Median over the rounds of Millrace's figure divided by BullMQ's of the same round. */
  double ratio(ToDoubleFunction<Measurement> figure) {
    return median(ratios(figure));
  }

  double[] ratios(ToDoubleFunction<Measurement> figure) {
    double[] ratios = new double[Math.min(node.size(), millrace.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = figure.applyAsDouble(millrace.get(i)) / figure.applyAsDouble(node.get(i));
    }
    return ratios;
  }

  static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
    return median(rounds.stream().mapToDouble(figure).toArray());
  }

  /** Of the latencies of all rounds together, in milliseconds; share 0.99 = p99. */
  static double latencyMillis(List<Measurement> rounds, double share) {
    long[] sorted =
        rounds.stream().flatMapToLong(m -> Arrays.stream(m.run().latencies())).sorted().toArray();
    return sorted[(int) Math.min(Math.ceil(share * sorted.length), sorted.length) - 1] / 1e6;
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
