package dev.millrace.sandbox.people;

import java.util.LinkedHashMap;
import java.util.Map;

/** One account's contacts and groups; guarded by {@link AddressBooks}. */
final class AddressBook {

  final Map<String, Contact> contacts = new LinkedHashMap<>();
  final Map<String, ContactGroup> groups = new LinkedHashMap<>();
  long revision;
  int tokenEpoch;
  boolean pretendsEmpty;

  /** Re-inserted, so that iteration is in order of change. */
  void put(Contact contact) {
    contacts.remove(contact.resourceName());
    contacts.put(contact.resourceName(), contact);
  }

  long members(ContactGroup group) {
    return contacts.values().stream()
        .filter(contact -> !contact.isDeleted())
        .filter(
            contact ->
                group.id().equals("myContacts")
                    || contact.content().groups().contains(group.resourceName()))
        .count();
  }
}
