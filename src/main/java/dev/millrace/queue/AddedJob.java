package dev.millrace.queue;

/**
 * What became of an add.
 *
 * @param id of the new job, or of the one that was there before
 * @param status see {@link Status}
 */
public record AddedJob(String id, Status status) {

  /** Whether a job was really added. */
  public enum Status {
    ADDED,
    /** The custom id existed already; nothing changed. */
    DUPLICATED,
    /** The deduplication id was taken; {@link AddedJob#id} is its owner. */
    DEDUPLICATED
  }
}
