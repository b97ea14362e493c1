package dev.millrace.bench;

/** One of the two that are compared; lives through all rounds. */
interface Side extends AutoCloseable {

  String name();

  /** Opens connections, queues and workers; costs nothing that is measured. */
  void ready(Scenario scenario);

  /** The measured part. */
  Run run(Scenario scenario);

  /** Closes the workers and queues of the scenario. */
  void done(Scenario scenario);

  @Override
  void close();

  /**
   * What a side measured of itself.
   *
   * @param nanos from start to the last confirmation
   * @param sent commands sent to Redis, those inside scripts not counted
   * @param cpuNanos of the whole process, JIT and collector included
   * @param latencies in nanoseconds, empty unless {@link Workload#PICK_UP}
   */
  record Run(long nanos, long sent, long cpuNanos, long[] latencies) {}
}
