package dev.millrace.consumption;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings {@code millrace.consumption.*}.
 *
 * @param mode of queues that say nothing else: legacy, pooled or polling. Unset: what {@code
 *     USE_BULLMQ} says (true = pooled, false = legacy), and pooled without it
 * @param deadline how long the new side of a switch has to be seen working, else the queue goes
 *     back by itself; default 10 s
 * @param queues by name, where a queue is to begin in another mode
 */
@ConfigurationProperties("millrace.consumption")
public record ConsumptionProperties(
    String mode, @DefaultValue("10s") Duration deadline, Map<String, Queue> queues) {

  public ConsumptionProperties {
    queues = queues == null ? Map.of() : Map.copyOf(queues);
  }

  /**
   * @param mode of this queue
   */
  public record Queue(String mode) {}

  /** What the settings say of this queue itself. */
  Optional<String> ofQueue(String queue) {
    return Optional.ofNullable(queues.get(queue)).map(Queue::mode).filter(text -> !text.isBlank());
  }

  /** What they say of all queues. */
  Optional<String> ofAll() {
    return Optional.ofNullable(mode).filter(text -> !text.isBlank());
  }
}
