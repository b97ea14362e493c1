package dev.millrace.consumption;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.millrace.queue.ConsumptionMode;

/**
 * The modes of one queue as they are shown outside: in the API, in the actuator endpoint and over
 * JMX.
 *
 * @param queue its name
 * @param mode how the instance that was asked consumes it now: legacy, pooled or polling
 * @param stored what was chosen for all instances; null = nothing
 * @param configured what it is without a stored mode
 * @param canary whether only the instance that was asked is in this mode
 * @param risk non-critical, medium or critical, the order in which to switch; null = nothing is
 *     said
 */
@JsonPropertyOrder({"queue", "mode", "stored", "configured", "canary", "risk"})
public record ModeView(
    String queue, String mode, String stored, String configured, boolean canary, String risk) {

  static ModeView of(QueueMode one) {
    return new ModeView(
        one.queue(),
        text(one.mode()),
        text(one.stored()),
        text(one.configured()),
        one.canary(),
        one.risk());
  }

  private static String text(ConsumptionMode mode) {
    return mode == null ? null : mode.text();
  }
}
