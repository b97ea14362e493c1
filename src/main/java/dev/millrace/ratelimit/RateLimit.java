package dev.millrace.ratelimit;

import java.time.Duration;

/**
 * A named limit.
 *
 * @param name such as {@code api}
 * @param algorithm how it counts
 * @param quota how much it lets pass in a window; of a token bucket, how much a window refills
 * @param window the time that the quota is for
 * @param burst the most that a token bucket holds; of the others the quota
 * @param prefix the words that its keys in Redis begin with, after {@code millrace:}
 * @param subjects what its subjects are
 * @param whenUnreachable what holds while Redis does not answer
 */
public record RateLimit(
    String name,
    Algorithm algorithm,
    long quota,
    Duration window,
    long burst,
    String prefix,
    Subjects subjects,
    WhenUnreachable whenUnreachable) {

  /** What is counted. */
  public enum Subjects {
    /** Names that may be read, such as the ids of users. */
    NAMES,
    /** Phone numbers, which are brought into one form and never leave this process unhashed. */
    PHONES
  }

  /** The most that one check can take. */
  public long capacity() {
    return algorithm == Algorithm.TOKEN_BUCKET ? burst : quota;
  }

  /** The same limit with another quota; a burst that was the quota follows it. */
  RateLimit withQuota(long other) {
    return other == quota
        ? this
        : new RateLimit(
            name,
            algorithm,
            other,
            window,
            burst == quota ? other : burst,
            prefix,
            subjects,
            whenUnreachable);
  }

  /** The same limit as it was when this was the most that one check could take. */
  RateLimit withCapacity(long other) {
    return capacity() == other ? this : withQuota(other);
  }

  long windowMillis() {
    return window.toMillis();
  }

  /** Text messages cost money and reach people, so their limits always hold. */
  boolean isForSms() {
    return name.startsWith("sms-");
  }
}
