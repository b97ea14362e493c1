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
    DEDUPLICATED,
    /** The parent does not exist; nothing was added. */
    PARENT_MISSING,
    /** The id exists already, as a child of another parent that still lives; nothing changed. */
    CHILD_OF_ANOTHER
  }

  /**
   * Itself.
   *
   * @param parent that the job was to have
   * @throws IllegalStateException when the job could not become a child of it
   */
  public AddedJob orThrow(ParentJob parent) {
    return switch (status) {
      case PARENT_MISSING ->
          throw new IllegalStateException(
              "parent job "
                  + parent.id()
                  + " of queue "
                  + parent.queue()
                  + " does not exist; add it first, or leave parent out");
      case CHILD_OF_ANOTHER ->
          throw new IllegalStateException(
              "job "
                  + id
                  + " exists already and is the child of another parent than "
                  + parent.id()
                  + " of queue "
                  + parent.queue()
                  + "; give the new job another id");
      default -> this;
    };
  }
}
