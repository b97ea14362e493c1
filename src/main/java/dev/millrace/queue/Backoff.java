package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a failed job waits before its next attempt, as BullMQ reckons it.
 *
 * @param type fixed: always {@code delay}; exponential: {@code delay · 2^(attemptsMade − 1)};
 *     custom: by a {@link BackoffStrategy}
 * @param name of the type; anything but {@code fixed} and {@code exponential} is custom
 * @param delay the first wait
 * @param jitter 0 to 1: the wait is drawn evenly from {@code [wait · (1 − jitter), wait]}
 */
public record Backoff(Type type, String name, Duration delay, double jitter) {

  /** The kinds that BullMQ itself brings, and all others. */
  public enum Type {
    FIXED,
    EXPONENTIAL,
    CUSTOM;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    private static Type of(String text) {
      return text.equals("fixed") ? FIXED : text.equals("exponential") ? EXPONENTIAL : CUSTOM;
    }
  }

  public Backoff(Type type, Duration delay, double jitter) {
    this(type, type.text(), delay, jitter);
  }

  /** By the type's name as BullMQ writes it. */
  public static Backoff of(String name, Duration delay, double jitter) {
    return new Backoff(Type.of(name), name, delay, jitter);
  }

  public Backoff {
    if (name == null || name.isBlank() || Type.of(name) != type) {
      throw new IllegalArgumentException(
          "backoff type \"" + name + "\" does not name a backoff of the kind " + type);
    }
    if (delay.isNegative()) {
      throw new IllegalArgumentException("backoff delay " + delay + " is negative; use 0 or more");
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("backoff jitter " + jitter + " is outside 0 to 1");
    }
  }

  /**
   * The wait after {@code attemptsMade} failed attempts (1 or more); a custom type waits as a fixed
   * one.
   *
   * @param asBull Bull's exponential backoff is another: {@code delay · (2^attemptsMade − 1)}
   */
  public Duration after(int attemptsMade, boolean asBull, RandomGenerator random) {
    double wait = delay.toMillis();
    if (type == Type.EXPONENTIAL) {
      int made = Math.max(attemptsMade, 1);
      wait *= asBull ? Math.pow(2, made) - 1 : Math.pow(2, made - 1);
    }
    if (jitter > 0) {
      wait *= 1 - jitter * random.nextDouble();
    }
    return Duration.ofMillis((long) Math.min(wait, Long.MAX_VALUE / 8192.0));
  }

  /** A bare number is fixed, as in Bull and BullMQ. */
  static Backoff parse(JsonNode node) {
    if (node == null || node.isNull() || node.isMissingNode()) {
      return null;
    }
    if (node.isNumber()) {
      return node.asLong() > 0
          ? new Backoff(Type.FIXED, Duration.ofMillis(node.asLong()), 0)
          : null;
    }
    String name = node.path("type").asText("");
    return of(
        name.isBlank() ? "fixed" : name,
        Duration.ofMillis(Math.max(node.path("delay").asLong(0), 0)),
        Math.clamp(node.path("jitter").asDouble(0), 0, 1));
  }
}
