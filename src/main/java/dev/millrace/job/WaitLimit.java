package dev.millrace.job;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.stereotype.Component;

/**
 * Bounds how long a job may keep saying {@link WaitException}. Waiting uses no attempt, so without
 * a bound a job whose quota never returns would live for ever.
 */
@Component
public class WaitLimit {

  /** Counted from the moment the job was added. */
  public static final Duration DEFAULT_LIMIT = Duration.ofHours(24);

  private final Clock clock;

  public WaitLimit(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param addedAt epoch milliseconds at which the job was added; null means unknown, never
   *     exceeded
   */
  public boolean exceeded(Long addedAt) {
    return addedAt != null
        && Duration.between(Instant.ofEpochMilli(addedAt), clock.instant()).compareTo(DEFAULT_LIMIT)
            > 0;
  }
}
