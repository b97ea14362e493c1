package dev.millrace.job;

import java.util.Map;
import java.util.Objects;

/**
 * There is nothing to do, or it must not be done. The job completes with {@code {"skipped":
 * reason}}, which counts neither as success nor as failure.
 */
public class SkippedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * @param reason short and stable, e.g. {@code needs_reauth}
   */
  public SkippedException(String reason) {
    super("skipped: " + reason);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  public String reason() {
    return reason;
  }

  /** The job's return value. */
  public Map<String, String> answer() {
    return Map.of("skipped", reason);
  }
}
