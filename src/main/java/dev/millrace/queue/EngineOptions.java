package dev.millrace.queue;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * What all queues of one engine share.
 *
 * @param prefix of all keys; default {@value QueueKeys#DEFAULT_PREFIX}
 * @param instance names this engine among replicas; any text without spaces, different for each
 * @param blockTimeout how long one blocking wait may last; default 5 minutes. Each end of it costs
 *     two commands
 * @param stalledInterval between two looks for jobs whose worker died, while others' jobs are
 *     active; default 30 s
 * @param maxStalledCount how often a job may stall until it is failed; default 1, BullMQ's
 * @param lateSweep how long a delayed job may be overlooked whose marker died with another process;
 *     default 3 h. A restart of any replica finds it at once
 * @param events see {@link EventMode}; default FULL
 * @param bullProducers whether programs with Bull 4 still add jobs, who wake nobody but Bull
 *     workers; default false. Costs one connection and no command at rest; their jobs are taken at
 *     once, by each engine one further look per job or burst
 * @param pollInterval the longest pause between two looks in mode polling, which the pauses grow to
 *     while there is nothing to do; default 20 s, 100 ms to 1 h. Each look costs one command
 */
public record EngineOptions(
    String prefix,
    String instance,
    Duration blockTimeout,
    Duration stalledInterval,
    int maxStalledCount,
    Duration lateSweep,
    EventMode events,
    boolean bullProducers,
    Duration pollInterval) {

  public static final Duration DEFAULT_BLOCK_TIMEOUT = Duration.ofMinutes(5);
  public static final Duration DEFAULT_STALLED_INTERVAL = Duration.ofSeconds(30);
  public static final int DEFAULT_MAX_STALLED_COUNT = 1;
  public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofSeconds(20);
  public static final Duration DEFAULT_LATE_SWEEP = Duration.ofHours(3);

  public EngineOptions {
    if (instance == null || !instance.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "instance \"" + instance + "\" must be 1 to 64 letters, digits, '.', '_' or '-'");
    }
    within("blockTimeout", blockTimeout, Duration.ofSeconds(1), Duration.ofHours(1));
    within("stalledInterval", stalledInterval, Duration.ofMillis(100), Duration.ofHours(1));
    within("lateSweep", lateSweep, Duration.ofSeconds(1), Duration.ofDays(1));
    within("pollInterval", pollInterval, Duration.ofMillis(100), Duration.ofHours(1));
    if (maxStalledCount < 0) {
      throw new IllegalArgumentException("maxStalledCount " + maxStalledCount + " is negative");
    }
  }

  private static void within(String option, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          option + " " + value + " is outside " + least + " to " + most + "; mind the unit");
    }
  }

  public static EngineOptions of(String instance) {
    return new EngineOptions(
        QueueKeys.DEFAULT_PREFIX,
        instance,
        DEFAULT_BLOCK_TIMEOUT,
        DEFAULT_STALLED_INTERVAL,
        DEFAULT_MAX_STALLED_COUNT,
        DEFAULT_LATE_SWEEP,
        EventMode.FULL,
        false,
        DEFAULT_POLL_INTERVAL);
  }

  public EngineOptions withPrefix(String value) {
    return with(copy -> copy.prefix = value);
  }

  public EngineOptions withBlockTimeout(Duration value) {
    return with(copy -> copy.blockTimeout = value);
  }

  public EngineOptions withStalledInterval(Duration value) {
    return with(copy -> copy.stalledInterval = value);
  }

  public EngineOptions withBullProducers(boolean value) {
    return with(copy -> copy.bullProducers = value);
  }

  public EngineOptions withEvents(EventMode value) {
    return with(copy -> copy.events = value);
  }

  public EngineOptions withLateSweep(Duration value) {
    return with(copy -> copy.lateSweep = value);
  }

  public EngineOptions withPollInterval(Duration value) {
    return with(copy -> copy.pollInterval = value);
  }

  private EngineOptions with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new EngineOptions(
        copy.prefix,
        instance,
        copy.blockTimeout,
        copy.stalledInterval,
        maxStalledCount,
        copy.lateSweep,
        copy.events,
        copy.bullProducers,
        copy.pollInterval);
  }

  /** What can be changed. */
  private static final class Copy {

    private String prefix;
    private Duration blockTimeout;
    private Duration stalledInterval;
    private Duration lateSweep;
    private EventMode events;
    private boolean bullProducers;
    private Duration pollInterval;

    private Copy(EngineOptions from) {
      prefix = from.prefix;
      blockTimeout = from.blockTimeout;
      stalledInterval = from.stalledInterval;
      lateSweep = from.lateSweep;
      events = from.events;
      bullProducers = from.bullProducers;
      pollInterval = from.pollInterval;
    }
  }
}
