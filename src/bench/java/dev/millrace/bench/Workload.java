package dev.millrace.bench;

/** What is measured. */
enum Workload {
  /** Jobs lie ready; from the start of the workers until the last is confirmed as completed. */
  PROCESS("process"),
  /**
   * Producers only, one for each queue. One call after the other carries as many jobs as the
   * concurrency says: {@code addBulk} or {@code addAll}, and plain {@code add} for one.
   */
  ADD("add"),
  /** Producers as in {@link #ADD} and idle workers at once, until the last job is completed. */
  ADD_AND_PROCESS("add+process"),
  /**
   * One job at a time to an idle worker: from before the add until the processor begins. Both are
   * in one process, so one monotonic clock measures both ends.
   */
  PICK_UP("pick-up");

  private final String text;

  Workload(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  boolean needsPreparedJobs() {
    return this == PROCESS;
  }

  boolean processes() {
    return this != ADD;
  }
}
