package dev.millrace.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The runs of one consumer that ended, until Redis has confirmed it. Belongs to the loop. */
final class Endings {

  /** A turn carries at most so many, so that no call holds Redis up for long. */
  private static final int MOST = 250;

  private final Deque<Ending> waiting = new ArrayDeque<>();
  private List<Ending> inFlight = List.of();

  void add(Ending ending) {
    waiting.add(ending);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** The next batch; it is on its way until {@link #answered} or {@link #putBack}. */
  List<Ending> take() {
    List<Ending> batch = new ArrayList<>();
    while (!waiting.isEmpty() && batch.size() < MOST) {
      batch.add(waiting.poll());
    }
    inFlight = batch;
    return batch;
  }

  void answered() {
    inFlight = List.of();
  }

  /** The batch may not have arrived; it is told again before all others. */
  void putBack() {
    for (int i = inFlight.size() - 1; i >= 0; i--) {
      waiting.addFirst(inFlight.get(i));
    }
    inFlight = List.of();
  }

  int inFlight() {
    return inFlight.size();
  }

  /** Those waiting whose run is over; one that asks to wait for children may yet go on. */
  int over() {
    return (int) waiting.stream().filter(e -> e.kind() != Ending.Kind.WAIT_FOR_CHILDREN).count();
  }

  List<JobRun> runs() {
    return waiting.stream().map(Ending::run).toList();
  }
}
