package dev.millrace.cache;

import java.time.Instant;

/**
 * Leave to load a value.
 *
 * @param asOf the time that the value will be of
 * @param stamp of the marks at that time; null when Redis cannot be asked, and so nothing is stored
 * @param locked whether other replicas wait for it
 * @param drops of the near cache at that time
 * @param at that time by the ticker, which no correction of the clock moves
 */
record Permit(Instant asOf, String stamp, boolean locked, long drops, long at) {

  Permit of(String current) {
    return new Permit(asOf, current, locked, drops, at);
  }

  Permit withLock() {
    return new Permit(asOf, stamp, true, drops, at);
  }
}
