package dev.millrace.queue;

/**
 * When the finished jobs of a consumer's default retention are trimmed: not at every end, but once
 * in so many that the set never grows beyond a twentieth more than was asked for. Retention that a
 * job brings itself is kept to at every end, as BullMQ does.
 */
final class TrimPace {

  private static final int MOST = 100;

  private int completed;
  private int failed;

  boolean isDue(boolean failure, Retention retention) {
    int ends = failure ? ++failed : ++completed;
    int every = retention.count() < 0 ? MOST : Math.clamp(retention.count() / 20, 1, MOST);
    if (ends < every) {
      return false;
    }
    if (failure) {
      failed = 0;
    } else {
      completed = 0;
    }
    return true;
  }
}
