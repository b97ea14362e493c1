package dev.millrace.queue;

import java.util.List;

/**
 * Runs several jobs at once. Called on a virtual thread of its own for each batch, so it may block.
 */
@FunctionalInterface
public interface BatchHandler {

  /**
   * Runs the jobs and ends each of them by one of {@link JobRun}'s methods, now or later and on any
   * thread. An exception thrown here counts as {@link JobRun#fail} for those not ended yet.
   *
   * @param runs 1 to {@link ConsumerOptions#batchSize} of them, in the order of the queue
   */
  void handle(List<JobRun> runs) throws Exception;

  /** One job at a time. */
  static BatchHandler each(JobHandler handler) {
    return runs -> {
      for (JobRun run : runs) {
        handler.handle(run);
      }
    };
  }
}
