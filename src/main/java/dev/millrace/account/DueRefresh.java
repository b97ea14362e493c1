package dev.millrace.account;

import java.time.Instant;
import java.util.UUID;

/** A connection whose refresh is due, and its place in the order of the sweep. */
record DueRefresh(UUID id, Instant nextRefreshAt, int tokenVersion) {

  /** Before the first. */
  static final DueRefresh START = new DueRefresh(new UUID(0, 0), Instant.EPOCH, 0);
}
