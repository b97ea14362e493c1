package dev.millrace.bench;

import java.time.Duration;
import java.util.List;

/**
 * Runs the rounds: in each, for every scenario, BullMQ and then Millrace on the same emptied Redis.
 *
 * <p>Fair to both: one long-lived process each, so that both compilers are warm; a whole round that
 * is not counted comes first. Connections and workers are open before the clock starts. Prepared
 * jobs are written the same way for both. What counts is the ratio within a round, because both
 * halves of it ran in the same few seconds.
 */
public final class Bench {

  private final BenchOptions options;
  private final BenchRedis redis;
  private final MillraceSide millrace;
  private final List<Side> sides;
  private final long start = System.nanoTime();

  private Bench(BenchOptions options, BenchRedis redis, NodeSide node, MillraceSide millrace) {
    this.options = options;
    this.redis = redis;
    this.millrace = millrace;
    this.sides = List.of(node, millrace);
  }

  /** Options: see {@link BenchOptions}. */
  public static void main(String[] arguments) {
    BenchOptions options = BenchOptions.read();
    try (BenchRedis redis = new BenchRedis()) {
      if (!options.scenarios().isEmpty()) {
        try (NodeSide node = new NodeSide(redis.port());
            MillraceSide millrace = new MillraceSide(redis.port())) {
          new Bench(options, redis, node, millrace).run();
        }
      }
      if (options.gateway()) {
        redis.flush();
        GatewayBench.run(options.rounds(), redis);
      }
    }
    if (options.suggestions()) {
      SuggestionBench.run();
    }
  }

  private void run() {
    List<Scenario> scenarios = options.scenarios();
    System.out.println(
        scenarios.size()
            + " scenarios, warming up (at most "
            + options.limit().toSeconds()
            + " s)");
    round(scenarios.stream().map(Result::new).toList());
    double warmUp = elapsed().toNanos();
    double left = options.limit().toNanos() - warmUp;
    double factor = left * 0.9 / options.rounds() / warmUp;
    List<Result> results =
        scenarios.stream().map(scenario -> new Result(scenario.scaled(factor))).toList();
    for (int i = 1;
        i <= options.rounds() && (i == 1 || elapsed().compareTo(options.limit()) < 0);
        i++) {
      round(results);
      System.out.println(
          "round " + i + " of " + options.rounds() + ", " + elapsed().toSeconds() + " s");
    }
    List<Result> measured = results.stream().filter(result -> !result.isEmpty()).toList();
    System.out.println();
    System.out.print(Table.of(measured));
    System.out.println();
    System.out.println(BenchFile.write(redis.version(), measured));
  }

  private void round(List<Result> results) {
    for (Result result : results) {
      for (Side side : sides) {
        result.of(side).add(measure(side, result.scenario()));
      }
    }
  }

  private Measurement measure(Side side, Scenario scenario) {
    redis.flush();
    if (scenario.workload().needsPreparedJobs()) {
      millrace.source().prepare(scenario);
    }
    side.ready(scenario);
    BenchRedis.Count before = redis.count();
    Side.Run run = side.run(scenario);
    BenchRedis.Count after = redis.count();
    side.done(scenario);
    return new Measurement(
        scenario.jobs(),
        run,
        after.cpuMicros() - before.cpuMicros(),
        after.calls() - before.calls());
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
