package dev.millrace.queue;

import java.time.Duration;

/**
 * How a consumer's change of mode ended.
 *
 * @param queue the queue's name
 * @param from the mode before
 * @param to the mode that was asked for
 * @param carried jobs that ran meanwhile; they went on under their locks
 * @param took how long it took until the new side was seen to work, or was given up
 * @param failure why the consumer went back to the old side; null when it changed
 */
public record Switched(
    String queue,
    ConsumptionMode from,
    ConsumptionMode to,
    int carried,
    Duration took,
    String failure) {

  /** Whether the consumer works in the new mode now. */
  public boolean succeeded() {
    return failure == null;
  }
}
