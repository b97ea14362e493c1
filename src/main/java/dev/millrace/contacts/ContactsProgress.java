package dev.millrace.contacts;

/** What a run has done so far. Pages count once they are committed. */
class ContactsProgress {

  private boolean full;
  private int pages;
  private int apiCalls;
  private int groups;
  private boolean regrouped;
  private ContactChanges changes = ContactChanges.NONE;

  void called() {
    apiCalls++;
  }

  void readsFully() {
    full = true;
  }

  void wrote(ContactChanges page) {
    pages++;
    changes = changes.plus(page);
  }

  /** Contacts that the pages brought were put away again. */
  void tookBack(int number) {
    changes = changes.plus(new ContactChanges(0, 0, number, 0, 0));
  }

  void listedGroups(int number) {
    groups += number;
  }

  void regrouped() {
    regrouped = true;
  }

  boolean full() {
    return full;
  }

  int pages() {
    return pages;
  }

  int apiCalls() {
    return apiCalls;
  }

  int groups() {
    return groups;
  }

  ContactChanges changes() {
    return changes;
  }

  /** Whether contacts look different now, be it only by their groups. */
  boolean changed() {
    return regrouped || changes.any();
  }
}
