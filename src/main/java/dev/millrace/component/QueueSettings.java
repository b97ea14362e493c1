package dev.millrace.component;

import dev.millrace.setting.RefusedSetting;
import java.time.Duration;
import java.util.List;

/**
 * {@code millrace.queues.<queue>.*}: what holds for a queue wherever a route names it. An option of
 * an endpoint wins; whatever is unset here is as the component says.
 *
 * @param risk how much a standstill hurts: non-critical, medium or critical. Shown by the
 *     consumption API, so that queues can be switched in that order
 * @param attempts how often a job added here may be attempted, 1 to 1,000
 * @param backoff the first wait between two attempts; each further one is twice as long
 * @param backoffMax the longest wait between two attempts, for jobs of any producer
 * @param jitter 0 to 1: the part of the wait that is drawn at random
 * @param concurrency how many jobs run at the same time on an instance
 * @param timeout how long a run may last until its attempt fails
 */
public record QueueSettings(
    String risk,
    Integer attempts,
    Duration backoff,
    Duration backoffMax,
    Double jitter,
    Integer concurrency,
    Duration timeout) {

  public static final QueueSettings NONE =
      new QueueSettings(null, null, null, null, null, null, null);

  private static final List<String> RISKS = List.of("non-critical", "medium", "critical");
  private static final int MOST = 1_000;

  public QueueSettings {
    refuse(risk != null && !RISKS.contains(risk), "risk", risk, "Use one of " + RISKS + ".");
    within("attempts", attempts);
    within("concurrency", concurrency);
    refuse(jitter != null && !(jitter >= 0 && jitter <= 1), "jitter", jitter, "Use 0 to 1.");
    positive("backoff", backoff);
    positive("backoff-max", backoffMax);
    positive("timeout", timeout);
    refuse(
        backoff != null && backoffMax != null && backoffMax.compareTo(backoff) < 0,
        "backoff-max",
        backoffMax,
        "Make it no shorter than backoff, which is " + backoff + ".");
  }

  /** Sets what is said here as the defaults of an endpoint. */
  void apply(BullMQConfiguration common, AddConfiguration adding) {
    if (concurrency != null) {
      common.setConcurrency(concurrency);
    }
    if (timeout != null) {
      common.setTimeout(timeout.toMillis());
    }
    if (backoffMax != null) {
      common.setBackoffMax(backoffMax.toMillis());
    }
    if (attempts != null) {
      adding.setAttempts(attempts.toString());
    }
    if (backoff != null) {
      adding.setBackoffType("exponential");
      adding.setBackoffDelay(String.valueOf(backoff.toMillis()));
    }
    if (jitter != null) {
      adding.setBackoffJitter(jitter.toString());
    }
  }

  private static void within(String field, Integer value) {
    refuse(value != null && (value < 1 || value > MOST), field, value, "Use 1 to " + MOST + ".");
  }

  private static void positive(String field, Duration value) {
    refuse(
        value != null && value.toMillis() < 1,
        field,
        value,
        "Use a time such as 30s; mind the unit.");
  }

  private static void refuse(boolean wrong, String field, Object value, String remedy) {
    if (wrong) {
      throw new RefusedSetting(
          "The setting %s of a queue in millrace.queues is \"%s\", which it cannot be."
              .formatted(field, value),
          remedy);
    }
  }
}
