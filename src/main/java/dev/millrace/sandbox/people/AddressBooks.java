package dev.millrace.sandbox.people;

import dev.millrace.sandbox.google.Opaque;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The contacts and labels of all accounts, and what people do to them. */
public final class AddressBooks {

  private static final List<String> SYSTEM_GROUPS =
      List.of(
          "myContacts",
          "starred",
          "friends",
          "family",
          "coworkers",
          "blocked",
          "chatBuddies",
          "all");

  private final Clock clock;
  private final Map<String, AddressBook> books = new HashMap<>();
  private long ids;

  public AddressBooks(Clock clock) {
    this.clock = clock;
  }

  /** An empty address book with Google's own groups. */
  public synchronized void create(String account) {
    AddressBook book = new AddressBook();
    for (String name : SYSTEM_GROUPS) {
      String resource = "contactGroups/" + name;
      book.groups.put(
          resource,
          new ContactGroup(resource, name, true, false, clock.instant(), ++book.revision));
    }
    if (books.putIfAbsent(account, book) != null) {
      throw new IllegalArgumentException("The account " + account + " has an address book already");
    }
  }

  /** Adds a contact and gives its resource name. */
  public synchronized String add(String account, ContactDraft draft) {
    AddressBook book = book(account);
    // Decimal, as Google's are, and the same in every run for the same order of calls.
    long number = 1_000_000_000_000L + Math.floorMod(account.hashCode(), 1_000_000) * 1_000_000L;
    String resource = "people/c" + (number + ++ids);
    book.put(new Contact(resource, draft, false, clock.instant(), ++book.revision));
    return resource;
  }

  public synchronized void update(
      String account, String resourceName, UnaryOperator<ContactDraft> edit) {
    AddressBook book = book(account);
    Contact old = alive(book, resourceName);
    book.put(
        new Contact(
            resourceName, edit.apply(old.content()), false, clock.instant(), ++book.revision));
  }

  public synchronized void delete(String account, String resourceName) {
    AddressBook book = book(account);
    Contact old = alive(book, resourceName);
    book.put(new Contact(resourceName, old.content(), true, clock.instant(), ++book.revision));
  }

  /** Adds a label and gives its resource name. */
  public synchronized String addGroup(String account, String name) {
    AddressBook book = book(account);
    String resource =
        "contactGroups/" + Opaque.eventId("group|" + account + "|" + ++ids).substring(0, 14);
    book.groups.put(
        resource, new ContactGroup(resource, name, false, false, clock.instant(), ++book.revision));
    return resource;
  }

  /** Renames a label; its members do not change by it. */
  public synchronized void renameGroup(String account, String resourceName, String name) {
    AddressBook book = book(account);
    ContactGroup old = label(book, account, resourceName);
    book.groups.put(
        old.resourceName(),
        new ContactGroup(old.resourceName(), name, false, false, clock.instant(), ++book.revision));
  }

  /** Deletes a label; its members stay and lose the membership. */
  public synchronized void deleteGroup(String account, String resourceName) {
    AddressBook book = book(account);
    ContactGroup old = label(book, account, resourceName);
    book.groups.put(
        resourceName,
        new ContactGroup(resourceName, old.name(), false, true, clock.instant(), ++book.revision));
    for (Contact contact : List.copyOf(book.contacts.values())) {
      if (!contact.isDeleted() && contact.content().groups().contains(resourceName)) {
        update(
            account,
            contact.resourceName(),
            draft ->
                draft.groups(
                    draft.groups().stream()
                        .filter(group -> !group.equals(resourceName))
                        .toArray(String[]::new)));
      }
    }
  }

  /** All sync tokens of the account are expired from now on. */
  public synchronized void expireSyncTokens(String account) {
    book(account).tokenEpoch++;
  }

  /** Whether the API shows nothing although there are contacts: a fault of Google's. */
  public synchronized void pretendEmpty(String account, boolean empty) {
    book(account).pretendsEmpty = empty;
  }

  /** The account's contacts that are not deleted. */
  public synchronized List<Contact> contacts(String account) {
    return book(account).contacts.values().stream().filter(c -> !c.isDeleted()).toList();
  }

  /** Reads several things at one moment. */
  synchronized <T> T atOnce(Supplier<T> reading) {
    return reading.get();
  }

  AddressBook book(String account) {
    AddressBook book = books.get(account);
    if (book == null) {
      throw new IllegalArgumentException("There is no account " + account);
    }
    return book;
  }

  private static ContactGroup label(AddressBook book, String account, String resourceName) {
    ContactGroup group = book.groups.get(resourceName);
    if (group == null || group.isSystem() || group.isDeleted()) {
      throw new IllegalArgumentException(account + " has no label " + resourceName);
    }
    return group;
  }

  private static Contact alive(AddressBook book, String resourceName) {
    Contact contact = book.contacts.get(resourceName);
    if (contact == null || contact.isDeleted()) {
      throw new IllegalArgumentException("There is no contact " + resourceName);
    }
    return contact;
  }
}
