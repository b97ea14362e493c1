package dev.millrace.consumption;

import dev.millrace.queue.ConsumptionMode;

/**
 * The modes of one queue.
 *
 * @param queue its name
 * @param mode how this instance consumes it now
 * @param stored what was chosen for all instances and is kept in Redis; null = nothing
 * @param configured what it is without a stored mode
 * @param risk how much a standstill of it hurts, as {@code millrace.queues} says; null = nothing
 */
public record QueueMode(
    String queue,
    ConsumptionMode mode,
    ConsumptionMode stored,
    ConsumptionMode configured,
    String risk) {

  /** Whether only this instance was switched, to try the mode out. */
  public boolean canary() {
    return mode != (stored == null ? configured : stored);
  }
}
