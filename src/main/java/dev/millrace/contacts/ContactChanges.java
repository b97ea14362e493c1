package dev.millrace.contacts;

/**
 * What a sync changed.
 *
 * @param restored contacts that Google had deleted and lists again
 * @param ignored people without anything to call them by
 */
record ContactChanges(int imported, int updated, int archived, int restored, int ignored) {

  static final ContactChanges NONE = new ContactChanges(0, 0, 0, 0, 0);

  ContactChanges plus(ContactChanges other) {
    return new ContactChanges(
        imported + other.imported,
        updated + other.updated,
        archived + other.archived,
        restored + other.restored,
        ignored + other.ignored);
  }

  int upserted() {
    return imported + updated + restored;
  }

  boolean any() {
    return upserted() + archived > 0;
  }
}
