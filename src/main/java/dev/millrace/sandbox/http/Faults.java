package dev.millrace.sandbox.http;

import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import java.util.Optional;

/** The faults still to come, in the order they were asked for. */
public final class Faults {

  private final List<Fault> pending = new ArrayList<>();

  public synchronized void add(Fault fault) {
    pending.add(fault);
  }

  public synchronized void clear() {
    pending.clear();
  }

  public synchronized List<Fault> pending() {
    return List.copyOf(pending);
  }

  synchronized Optional<Fault> take(Service service, Request request) {
    for (ListIterator<Fault> faults = pending.listIterator(); faults.hasNext(); ) {
      Fault fault = faults.next();
      if (fault.hits(service, request)) {
        if (fault.times() == 1) {
          faults.remove();
        } else {
          faults.set(fault.times(fault.times() - 1));
        }
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }
}
