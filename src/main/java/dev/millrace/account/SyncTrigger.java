package dev.millrace.account;

import dev.millrace.job.PermanentException;
import java.util.Arrays;
import java.util.Locale;

/** Why a copy is synced now. */
public enum SyncTrigger {
  INITIAL,
  SCHEDULED,
  WEBHOOK,
  MANUAL,
  RECONNECT,
  PROBE,
  RENEWAL;

  /**
   * @param value as in a payload; null means {@link #SCHEDULED}
   * @throws PermanentException if it is none of them
   */
  public static SyncTrigger of(Object value) {
    if (value == null) {
      return SCHEDULED;
    }
    return Arrays.stream(values())
        .filter(trigger -> trigger.sql().equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new PermanentException(
                    "trigger is %s: use one of %s"
                        .formatted(value, Arrays.stream(values()).map(SyncTrigger::sql).toList())));
  }

  /** A user who looks on is not made to wait for the breaker. */
  public boolean bypassesBreaker() {
    return this == MANUAL || this == INITIAL || this == RECONNECT;
  }

  /** Whether a run without change says that the copy can be renewed less often. */
  boolean tellsOfQuiet() {
    return this != MANUAL && this != PROBE && this != WEBHOOK;
  }

  /** Whether a run is about the calendars that somebody wants read, and not about all of them. */
  public boolean concernsSome() {
    return this == WEBHOOK || this == RENEWAL || this == PROBE;
  }

  /** Whether Google may be told to announce changes for the first time. */
  public boolean connects() {
    return this == INITIAL || this == RECONNECT;
  }

  public String sql() {
    return name().toLowerCase(Locale.ROOT);
  }
}
