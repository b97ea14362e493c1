package dev.millrace.account;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** When a copy is renewed next: sooner after a change, later while it is quiet or failing. */
final class SyncSchedule {

  /** So many failures in a row open the breaker. */
  static final int BREAKER_LIMIT = 3;

  private static final int QUIET_RUNS = 5;
  private static final double STRETCH = 1.5;

  /** A quarter sooner … */
  static final double SOONEST = 0.75;

  /**
   * … and an eighth later: with the quarter of an hour until a due sync is found, and the ten
   * minutes over which those are spread, a copy is less than an hour over the base interval.
   */
  static final double LATEST = 1.125;

  private static final Duration DAY = Duration.ofHours(24);
  private static final Duration FIRST_RETRY = Duration.ofMinutes(5);
  private static final Duration FIRST_BREAK = Duration.ofHours(1);

  private SyncSchedule() {}

  /** The interval and the number of quiet runs after a success. */
  record Step(Duration interval, int quietRuns) {}

  /**
   * @param pushed whether {@code pace} is that of a pushed copy; where push came or went since, the
   *     old interval says nothing of the new pace
   */
  static Step afterSuccess(
      SyncState state, SyncPace pace, boolean pushed, SyncTrigger trigger, boolean changed) {
    if (changed || pushed != state.pushed()) {
      return new Step(pace.base(), 0);
    }
    Duration interval = pace.clamp(state.interval());
    if (!trigger.tellsOfQuiet()) {
      return new Step(interval, state.quietRuns());
    }
    int quietRuns = state.quietRuns() + 1;
    return quietRuns < QUIET_RUNS
        ? new Step(interval, quietRuns)
        : new Step(pace.clamp(times(interval, STRETCH)), 0);
  }

  /**
   * The time of the next sync. The spread keeps connections made together from staying together.
   */
  static Instant next(
      Instant now,
      Duration interval,
      SyncPace pace,
      Instant onboardingUntil,
      RandomGenerator random) {
    boolean firstDay = onboardingUntil != null && now.isBefore(onboardingUntil);
    Duration base = firstDay ? pace.firstDay() : interval;
    return now.plus(spread(base, random));
  }

  /** A quarter less to an eighth more. */
  static Duration spread(Duration base, RandomGenerator random) {
    return times(base, SOONEST + (LATEST - SOONEST) * random.nextDouble());
  }

  /**
   * @param failures in a row, the last one included
   */
  static Duration retryAfter(int failures) {
    return doubled(FIRST_RETRY, failures - 1);
  }

  /** How long the breaker stays open after so many failures in a row. */
  static Duration breakFor(int failures) {
    return doubled(FIRST_BREAK, failures - BREAKER_LIMIT);
  }

  private static Duration doubled(Duration first, int times) {
    Duration result = first.multipliedBy(1L << Math.clamp(times, 0, 20));
    return result.compareTo(DAY) > 0 ? DAY : result;
  }

  private static Duration times(Duration duration, double factor) {
    return Duration.ofMillis((long) (duration.toMillis() * factor));
  }
}
