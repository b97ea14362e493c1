package dev.millrace.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The results for people. */
final class Table {

  private static final String ROW =
      "%-20s %8s %9s  %-22s %6s %6s  %-6s %6s %6s  %6s %6s  %6s %6s%n";

  private Table() {}

  static String of(List<Result> results) {
    StringBuilder text = new StringBuilder();
    text.append(
        row(
            "workload/queues/conc.",
            "jobs/s",
            "",
            "",
            "Redis µs",
            "",
            "",
            "client",
            "",
            "sent",
            "",
            "billed",
            ""));
    text.append(
        row(
            "",
            "BullMQ",
            "Millrace",
            "ratio (of each round)",
            "B",
            "M",
            "ratio",
            "B",
            "M",
            "B",
            "M",
            "B",
            "M"));
    for (Result result : results) {
      if (result.scenario().workload() != Workload.PICK_UP) {
        text.append(speed(result));
      }
    }
    text.append(latencies(results));
    text.append("\naims\n");
    Aim.of(results).forEach(aim -> text.append(aim.line()));
    return text.toString();
  }

  private static String speed(Result result) {
    List<Measurement> node = result.node();
    List<Measurement> millrace = result.millrace();
    double[] ratios = result.ratios(Measurement::jobsPerSecond);
    double[] sorted = ratios.clone();
    Arrays.sort(sorted);
    return row(
        result.scenario().name(),
        whole(Result.median(node, Measurement::jobsPerSecond)),
        whole(Result.median(millrace, Measurement::jobsPerSecond)),
        String.format(
            Locale.ROOT,
            "%.2f (%.2f to %.2f)",
            Result.median(ratios),
            sorted[0],
            sorted[sorted.length - 1]),
        whole(Result.median(node, Measurement::redisCpuMicrosPerJob)),
        whole(Result.median(millrace, Measurement::redisCpuMicrosPerJob)),
        String.format(Locale.ROOT, "%.2f", result.ratio(Measurement::redisCpuMicrosPerJob)),
        whole(Result.median(node, Measurement::clientCpuMicrosPerJob)),
        whole(Result.median(millrace, Measurement::clientCpuMicrosPerJob)),
        tenths(Result.median(node, Measurement::sentPerJob)),
        tenths(Result.median(millrace, Measurement::sentPerJob)),
        tenths(Result.median(node, Measurement::billedPerJob)),
        tenths(Result.median(millrace, Measurement::billedPerJob)));
  }

  private static String latencies(List<Result> results) {
    StringBuilder text = new StringBuilder();
    for (Result result : results) {
      if (result.scenario().workload() == Workload.PICK_UP) {
        text.append(
            String.format(
                Locale.ROOT,
                "%-20s p50 BullMQ %.2f ms, Millrace %.2f ms · p99 BullMQ %.2f ms, Millrace %.2f ms"
                    + " · billed %.1f, %.1f%n",
                result.scenario().name(),
                Result.latencyMillis(result.node(), 0.5),
                Result.latencyMillis(result.millrace(), 0.5),
                Result.latencyMillis(result.node(), 0.99),
                Result.latencyMillis(result.millrace(), 0.99),
                Result.median(result.node(), Measurement::billedPerJob),
                Result.median(result.millrace(), Measurement::billedPerJob)));
      }
    }
    return text.toString();
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, ROW, cells).stripTrailing() + "\n";
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  private static String tenths(double value) {
    return String.format(Locale.ROOT, value < 1 ? "%.2f" : "%.1f", value);
  }
}
