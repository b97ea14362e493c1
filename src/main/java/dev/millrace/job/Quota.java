package dev.millrace.job;

/** How often something may be asked of others. Counted for all instances together. */
@FunctionalInterface
public interface Quota {

  /**
   * Takes one, waiting up to two seconds for it.
   *
   * @param limit name of the limit, as in {@code millrace.rate-limits}
   * @param subject who is counted, such as a user's id
   * @throws WaitException until the limit has room, if that is later
   */
  void take(String limit, String subject);
}
