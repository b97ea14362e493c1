package dev.millrace.ratelimit;

import java.util.List;
import java.util.Set;

/**
 * The named limits. Each is counted for all replicas together, in one script call. All methods but
 * {@link #names} and {@link #limit} throw {@link UnknownLimit} for a wrong name and {@link
 * RefusedCheck} for a subject or weight that is none.
 */
public class RateLimits {

  /** Takes 1, if it is there. */
  public Decision check(String limit, String subject) {
    throw new UnsupportedOperationException();
  }

  /** Takes {@code weight}, or nothing if that much is not there. Never throws for Redis' sake. */
  public Decision check(String limit, String subject, int weight) {
    throw new UnsupportedOperationException();
  }

  /** The same with a quota for this subject alone, such as that of a paid plan. */
  public Decision check(String limit, String subject, int weight, long quota) {
    throw new UnsupportedOperationException();
  }

  /** What {@link #check(String, String)} would say now. Takes nothing. */
  public Decision peek(String limit, String subject) {
    throw new UnsupportedOperationException();
  }

  /**
   * Asks several in one request, for all or nothing: when one refuses, what the others gave is
   * given back, and none is {@link Decision#allowed}.
   */
  public List<Decision> checkAll(List<Check> checks) {
    throw new UnsupportedOperationException();
  }

  /**
   * Forgets what the subject has taken. Other replicas may refuse it from memory for up to {@code
   * millrace.rate-limiting.remember-at-most}.
   *
   * @throws dev.millrace.rest.client.RestRedisException when Redis was not reached
   */
  public void reset(String limit, String subject) {
    throw new UnsupportedOperationException();
  }

  /**
   * Gives back what was taken last, at most all of it.
   *
   * @throws dev.millrace.rest.client.RestRedisException when Redis was not reached
   */
  public void refund(String limit, String subject, int weight) {
    throw new UnsupportedOperationException();
  }

  /**
   * Changes a limit's quota for all replicas, until it is changed again or restored; the others
   * know within {@code millrace.rate-limiting.quotas-every}. It is kept in the database.
   *
   * @throws RefusedCheck when the limit cannot count to it
   */
  public void changeQuota(String limit, long quota) {
    throw new UnsupportedOperationException();
  }

  /** The configured quota holds again, for all replicas. */
  public void restoreQuota(String limit) {
    throw new UnsupportedOperationException();
  }

  /** The names of all limits, in order. */
  public Set<String> names() {
    throw new UnsupportedOperationException();
  }

  /**
   * A limit with the quota that holds now.
   *
   * @throws UnknownLimit with the nearest name
   */
  public RateLimit limit(String name) {
    throw new UnsupportedOperationException();
  }
}
