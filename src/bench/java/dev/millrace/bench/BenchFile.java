package dev.millrace.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The results for programs: every round, not only medians. */
final class BenchFile {

  private static final Path FILE = Path.of("target", "bench.json");

  private BenchFile() {}

  static Path write(String redisVersion, List<Result> results) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("redis", redisVersion);
    all.put("java", Runtime.version().toString());
    all.put("processors", Runtime.getRuntime().availableProcessors());
    all.put("results", results.stream().map(BenchFile::result).toList());
    all.put("aims", Aim.of(results));
    try {
      Files.createDirectories(FILE.getParent());
      new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(FILE.toFile(), all);
    } catch (IOException e) {
      throw new UncheckedIOException(FILE + " cannot be written", e);
    }
    return FILE;
  }

  private static Map<String, Object> result(Result result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", result.scenario().name());
    json.put("scenario", result.scenario());
    json.put("ratio", result.ratio(Measurement::jobsPerSecond));
    json.put("redisCpuRatio", result.ratio(Measurement::redisCpuMicrosPerJob));
    json.put("bullmq", rounds(result.node()));
    json.put("millrace", rounds(result.millrace()));
    return json;
  }

  private static List<Map<String, Object>> rounds(List<Measurement> rounds) {
    List<Map<String, Object>> json = new ArrayList<>();
    for (Measurement round : rounds) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("jobs", round.jobs());
      one.put("jobsPerSecond", round.jobsPerSecond());
      one.put("redisCpuMicrosPerJob", round.redisCpuMicrosPerJob());
      one.put("clientCpuMicrosPerJob", round.clientCpuMicrosPerJob());
      one.put("sentPerJob", round.sentPerJob());
      one.put("billedPerJob", round.billedPerJob());
      if (round.run().latencies().length > 0) {
        one.put("latencyMillisP50", Result.latencyMillis(List.of(round), 0.5));
        one.put("latencyMillisP99", Result.latencyMillis(List.of(round), 0.99));
      }
      json.add(one);
    }
    return json;
  }
}
