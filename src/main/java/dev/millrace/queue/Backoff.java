package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a failed job waits before its next attempt, as BullMQ reckons it.
 *
 * @param type fixed: always {@code delay}; exponential: {@code delay · 2^(attemptsMade − 1)}
 * @param delay the first wait
 * @param jitter 0 to 1: the wait is drawn evenly from {@code [wait · (1 − jitter), wait]}
 */
public record Backoff(Type type, Duration delay, double jitter) {

  /** The kinds that BullMQ itself brings. */
  public enum Type {
    FIXED,
    EXPONENTIAL;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Reads BullMQ's lower-case name. */
    public static Type of(String text) {
      for (Type type : values()) {
        if (type.text().equals(text)) {
          return type;
        }
      }
      throw new IllegalArgumentException(
          "backoff type \"" + text + "\" is unknown; use \"fixed\" or \"exponential\"");
    }
  }

  public Backoff {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("backoff delay " + delay + " is negative; use 0 or more");
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("backoff jitter " + jitter + " is outside 0 to 1");
    }
  }

  /** The wait after {@code attemptsMade} failed attempts (1 or more). */
  public Duration after(int attemptsMade, RandomGenerator random) {
    double wait = delay.toMillis();
    if (type == Type.EXPONENTIAL) {
      wait *= Math.pow(2, Math.max(attemptsMade - 1, 0));
    }
    if (jitter > 0) {
      wait *= 1 - jitter * random.nextDouble();
    }
    return Duration.ofMillis((long) Math.min(wait, Long.MAX_VALUE / 8192.0));
  }

  /**
   * A bare number is fixed, as in Bull and BullMQ. A type that only its producer's worker knows
   * counts as fixed too: the job is to be retried, at whatever pace.
   */
  static Backoff parse(JsonNode node) {
    if (node == null || node.isNull() || node.isMissingNode()) {
      return null;
    }
    if (node.isNumber()) {
      return node.asLong() > 0
          ? new Backoff(Type.FIXED, Duration.ofMillis(node.asLong()), 0)
          : null;
    }
    return new Backoff(
        node.path("type").asText().equals(Type.EXPONENTIAL.text()) ? Type.EXPONENTIAL : Type.FIXED,
        Duration.ofMillis(Math.max(node.path("delay").asLong(0), 0)),
        Math.clamp(node.path("jitter").asDouble(0), 0, 1));
  }
}
