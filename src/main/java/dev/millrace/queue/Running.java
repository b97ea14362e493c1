package dev.millrace.queue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The runs of one consumer that are on, in the order in which they began. Belongs to the loop. */
final class Running {

  private final Set<JobRun> runs = new LinkedHashSet<>();
  private boolean shared;

  void add(List<JobRun> begun) {
    runs.addAll(begun);
    if (shared) {
      begun.forEach(JobRun::sharedWithOthers);
    }
  }

  boolean remove(JobRun run) {
    return runs.remove(run);
  }

  boolean contains(JobRun run) {
    return runs.contains(run);
  }

  int size() {
    return runs.size();
  }

  Collection<JobRun> all() {
    return runs;
  }

  Collection<JobRun> and(Collection<JobRun> others) {
    List<JobRun> both = new ArrayList<>(runs);
    both.addAll(others);
    return both;
  }

  /** Whether others have jobs of this queue, so that their stalled checks may note ours. */
  void sharedWithOthers(boolean others) {
    shared = others;
    if (others) {
      runs.forEach(JobRun::sharedWithOthers);
    }
  }

  /** Hands all back, the newest first: each goes to the very front of the line. */
  int release() {
    return release(List.copyOf(runs));
  }

  static int release(List<JobRun> some) {
    List<JobRun> newestFirst = new ArrayList<>(some);
    Collections.reverse(newestFirst);
    newestFirst.forEach(JobRun::release);
    return newestFirst.size();
  }

  boolean cancel(String jobId, String reason) {
    List<JobRun> found = runs.stream().filter(run -> run.job().id().equals(jobId)).toList();
    found.forEach(run -> run.cancel(reason));
    return !found.isEmpty();
  }
}
