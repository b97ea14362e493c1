package dev.millrace.contacts;

import dev.millrace.job.PermanentException;

/**
 * A read of everything met so few of a user's contacts that Google, or the account, is more likely
 * wrong than all of them gone. None of them was archived, whom only this read brought was put away,
 * and the next sync reads everything again.
 */
class MassArchiveException extends PermanentException {

  private static final long serialVersionUID = 1L;

  /** So few contacts may all be gone. */
  static final int SMALL = 20;

  private final int linked;
  private final int missing;

  private MassArchiveException(ContactArchive.Count count) {
    super(
        ("Google lists %d of %d contacts no longer. None was archived. If that is as it should be,"
                + " add a job with \"syncType\":\"full\" and \"allowMassArchive\":true.")
            .formatted(count.missing(), count.linked()));
    this.linked = count.linked();
    this.missing = count.missing();
  }

  /**
   * @throws MassArchiveException if more than half of at least twenty contacts are missing
   */
  static void check(ContactArchive.Count count) {
    if (count.linked() >= SMALL && 2 * count.missing() > count.linked()) {
      throw new MassArchiveException(count);
    }
  }

  int linked() {
    return linked;
  }

  int missing() {
    return missing;
  }
}
