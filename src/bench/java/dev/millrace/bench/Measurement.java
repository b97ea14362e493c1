package dev.millrace.bench;

/**
 * One run of one side.
 *
 * @param jobs how many
 * @param run what the side measured
 * @param redisCpuMicros CPU that redis-server used, by its own count
 * @param billed commands sent and calls inside scripts, by its own count
 */
record Measurement(int jobs, Side.Run run, double redisCpuMicros, long billed) {

  double jobsPerSecond() {
    return jobs * 1e9 / run.nanos();
  }

  double redisCpuMicrosPerJob() {
    return redisCpuMicros / jobs;
  }

  double clientCpuMicrosPerJob() {
    return run.cpuNanos() / 1e3 / jobs;
  }

  double sentPerJob() {
    return (double) run.sent() / jobs;
  }

  double billedPerJob() {
    return (double) billed / jobs;
  }
}
