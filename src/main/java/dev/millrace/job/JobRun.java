package dev.millrace.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Locale;

/**
 * One run of a job, as {@code job_runs} keeps it.
 *
 * @param attempt 1 for the first; a run that only waited is followed by one of the same number
 * @param reason why it was skipped, delayed or failed; {@code test} for a wiring test; else null
 * @param result what the route answered; null when it failed
 * @param trigger why it ran; null where the job does not say
 */
public record JobRun(
    String queue,
    String jobId,
    int attempt,
    Mode mode,
    Outcome outcome,
    String reason,
    JsonNode result,
    String trigger,
    Instant startedAt,
    Instant finishedAt) {

  /** How the queue was consumed. */
  public enum Mode {
    LEGACY,
    POOLED,
    POLLING;

    String sql() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How the run ended. Only {@link #COMPLETED} and {@link #FAILED} enter the success rate. */
  public enum Outcome {
    COMPLETED,
    SKIPPED,
    RETRY,
    DELAYED,
    FAILED;

    String sql() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
