package dev.millrace.queue;

/** Runs jobs. Called on a virtual thread of its own for each job, so it may block. */
@FunctionalInterface
public interface JobHandler {

  /**
   * Runs one job and, now or later and on any thread, ends it by one of {@link JobRun}'s methods.
   * An exception thrown here counts as {@link JobRun#fail}.
   */
  void handle(JobRun run) throws Exception;
}
