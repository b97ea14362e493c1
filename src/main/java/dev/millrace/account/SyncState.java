package dev.millrace.account;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * Schedule and breaker of one connection, as {@code sync_state} keeps them.
 *
 * @param interval between two scheduled syncs, before the random spread
 * @param quietRuns in a row that changed nothing
 * @param failures in a row
 * @param lastSuccessAt null before the first
 * @param onboardingUntil while the user looks on
 * @param listedAt last complete read of the list of calendars
 * @param breakerOpen whether too many failures came in a row
 * @param breakerRetryAt when an open breaker allows one trial
 * @param pushed which of the two paces the interval was reckoned by
 */
public record SyncState(
    UUID connectionId,
    Duration interval,
    int quietRuns,
    int failures,
    Instant lastSuccessAt,
    Instant onboardingUntil,
    Instant listedAt,
    boolean breakerOpen,
    Instant breakerRetryAt,
    boolean pushed) {

  /**
   * Whether the breaker keeps this run from starting. An open one allows a trial after its time.
   */
  public boolean blocks(SyncTrigger trigger, Instant now) {
    return breakerOpen
        && !trigger.bypassesBreaker()
        && (breakerRetryAt == null || now.isBefore(breakerRetryAt));
  }
}
