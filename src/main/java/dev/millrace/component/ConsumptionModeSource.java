package dev.millrace.component;

import dev.millrace.queue.ConsumptionMode;

/** A route policy that says how the route's queue is to be consumed. */
public interface ConsumptionModeSource {

  /**
   * Asked each time that a consumer of the queue starts.
   *
   * @param queue its name
   */
  ConsumptionMode modeOf(String queue);
}
