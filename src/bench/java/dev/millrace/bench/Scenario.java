package dev.millrace.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of the table.
 *
 * @param workload what is done
 * @param queues over which the jobs are spread evenly
 * @param concurrency of the worker of each queue, and jobs in each add
 * @param jobs in all queues together
 * @param gapMillis between two jobs of {@link Workload#PICK_UP}, so that the worker is idle again
 * @param keep how many completed jobs stay in each queue, on both sides
 */
record Scenario(Workload workload, int queues, int concurrency, int jobs, int gapMillis, int keep) {

  private static final int GAP_MILLIS = 3;
  private static final int KEEP = 1000;
  private static final int PICK_UPS = 100;

  /** Fewer tell nothing, however slow the machine is. */
  private static final int LEAST_JOBS = 200;

  static Scenario of(Workload workload, int queues, int concurrency, int jobs) {
    return new Scenario(workload, queues, concurrency, jobs, GAP_MILLIS, KEEP);
  }

  /** All that the benchmark knows. */
  static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    for (int queues : List.of(1, 11)) {
      for (Workload workload : List.of(Workload.PROCESS, Workload.ADD, Workload.ADD_AND_PROCESS)) {
        all.add(of(workload, queues, 1, 600));
        all.add(of(workload, queues, 50, 3000));
        all.add(of(workload, queues, 500, 4000));
      }
      all.add(of(Workload.PICK_UP, queues, 1, PICK_UPS));
    }
    return all;
  }

  /** For example {@code process/1/50}: workload, queues, concurrency. */
  String name() {
    return workload.text() + "/" + queues + "/" + concurrency;
  }

  Scenario scaled(double factor) {
    int fewer = Math.max((int) (jobs * Math.min(factor, 1)), Math.min(LEAST_JOBS, jobs));
    return new Scenario(workload, queues, concurrency, fewer, gapMillis, keep);
  }

  List<String> queueNames() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < queues; i++) {
      names.add("bench-" + i);
    }
    return names;
  }

  /** How many of the jobs the queue of this index gets. */
  int share(int queue) {
    return jobs / queues + (queue < jobs % queues ? 1 : 0);
  }
}
