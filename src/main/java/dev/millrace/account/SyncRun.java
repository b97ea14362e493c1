package dev.millrace.account;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * One sync that ended, as {@code sync_runs} keeps it.
 *
 * @param reason why it failed or was skipped, e.g. {@code http_503}; null after a success
 * @param upserted what changed or is new, not what was read
 */
public record SyncRun(
    UUID connectionId,
    String jobId,
    SyncTrigger trigger,
    Mode mode,
    Result result,
    String reason,
    int pages,
    int upserted,
    int deleted,
    int apiCalls,
    Instant startedAt) {

  /** How much was read. */
  public enum Mode {
    FULL,
    INCREMENTAL,
    NONE;

    String sql() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How it ended. */
  public enum Result {
    SUCCESS,
    FAILURE,
    SKIPPED;

    String sql() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
