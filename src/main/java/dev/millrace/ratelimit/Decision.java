package dev.millrace.ratelimit;

import java.time.Duration;
import java.time.Instant;

/**
 * What a limit says.
 *
 * @param limit its name
 * @param allowed whether the subject may; then what it asked for has been taken, except by a peek
 * @param quota what the limit lets pass in its window; of a token bucket, what it holds
 * @param remaining how much is left now; where nobody was asked ({@link Source#OPEN}, {@link
 *     Source#DISABLED}, perhaps {@link Source#BATCH}), the quota
 * @param resetAt when there is more than now, if nothing more is taken; now, when all is there
 * @param retryAfter how long the same question would be refused; zero when it was not
 * @param source who decided
 * @param at when it was decided
 */
public record Decision(
    String limit,
    boolean allowed,
    long quota,
    long remaining,
    Instant resetAt,
    Duration retryAfter,
    Source source,
    Instant at) {

  /** Who decided. */
  public enum Source {
    /** Redis, which counts for all replicas. */
    REDIS,
    /** This instance, which remembers that Redis refused; no command was sent. */
    MEMORY,
    /** This instance, because Redis did not answer and the limit counts locally meanwhile. */
    LOCAL,
    /** Nobody: Redis did not answer and the limit lets everything pass meanwhile. */
    OPEN,
    /** Nobody: Redis did not answer and the limit lets nothing pass meanwhile. */
    CLOSED,
    /** Nobody: rate limiting is switched off. */
    DISABLED,
    /** Another limit of the same batch refused, so that nothing was taken from this one. */
    BATCH
  }
}
