package dev.millrace.component;

import dev.millrace.binding.NamedSettings;
import dev.millrace.setting.Spelling;
import java.util.Map;
import java.util.Set;
import org.springframework.core.env.Environment;

/**
 * The queues that {@code config/queues.yaml} says something of.
 *
 * @param queues by name
 */
public record NamedQueues(Map<String, QueueSettings> queues) {

  private static final NamedSettings<QueueSettings> SETTINGS =
      new NamedSettings<>(
          "millrace.queues",
          QueueSettings.class,
          "A queue has risk, attempts, backoff, backoff-max, jitter, concurrency and timeout.",
          "Times are such as 30s or 5m, attempts and concurrency whole numbers, jitter is 0 to 1.");

  public NamedQueues {
    queues = Map.copyOf(queues);
  }

  /**
   * Reads {@code millrace.queues}.
   *
   * @throws dev.millrace.setting.RefusedSetting when something there is unknown or unusable
   */
  static NamedQueues of(Environment environment) {
    return new NamedQueues(SETTINGS.read(environment, name -> {}));
  }

  /** What is said of a queue; nothing of an unknown one. */
  public QueueSettings get(String queue) {
    return queues.getOrDefault(queue, QueueSettings.NONE);
  }

  /** What to say of a name that no route uses: its settings bind nothing. */
  static String unused(String name, Set<String> used) {
    return "millrace.queues.%s binds nothing, because no route names this queue; %s"
        .formatted(
            name,
            Spelling.nearest(name, used)
                .map(near -> "did you mean \"" + near + "\"?")
                .orElse("routes name " + String.join(", ", used) + "."));
  }
}
