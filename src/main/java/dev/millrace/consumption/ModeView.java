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
 */
@JsonPropertyOrder({"queue", "mode", "stored", "configured", "canary"})
public record ModeView(
    String queue, String mode, String stored, String configured, boolean canary) {

  static ModeView of(QueueMode one) {
    return new ModeView(
        one.queue(), text(one.mode()), text(one.stored()), text(one.configured()), one.canary());
  }

  private static String text(ConsumptionMode mode) {
    return mode == null ? null : mode.text();
  }
}
