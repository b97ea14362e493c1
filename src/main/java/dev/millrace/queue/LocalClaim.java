package dev.millrace.queue;

import java.util.List;
import java.util.function.Consumer;

/**
 * Free slots of a consumer in this process that were promised to jobs which are being added.
 *
 * @param slots how many; 0 = none
 * @param token lock token under which they begin
 * @param lockMillis duration of the lock
 * @param redemption gets the jobs that began, which may be fewer
 */
record LocalClaim(int slots, String token, long lockMillis, Consumer<List<Job>> redemption) {

  static final LocalClaim NONE = new LocalClaim(0, "", 0, jobs -> {});

  void redeem(List<Job> jobs) {
    redemption.accept(jobs);
  }
}
