package dev.millrace.ratelimit;

/**
 * One limit to be asked together with others.
 *
 * @param limit its name
 * @param subject who or what is counted, such as a user's id
 * @param weight how much is taken, 1 to the quota
 */
public record Check(String limit, String subject, int weight) {

  /** Takes 1. */
  public Check(String limit, String subject) {
    this(limit, subject, 1);
  }
}
