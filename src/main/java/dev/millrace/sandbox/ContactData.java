package dev.millrace.sandbox;

import dev.millrace.sandbox.people.AddressBooks;
import dev.millrace.sandbox.people.ContactDraft;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** One person's address book; numbers are from ranges reserved for fiction. */
final class ContactData {

  private static final List<String> FIRMS =
      List.of("Harbour Mills", "Northwind Press", "Old Quay Bakery", "Lumen Optics", "Tide & Sons");
  private static final List<String> CITIES =
      List.of("Lisbon", "Boston", "Osaka", "Leipzig", "Pune", "Recife", "Galway", "Alexandria");

  private final AddressBooks books;
  private final String account;
  private final Random random;

  ContactData(AddressBooks books, SandboxUser user, Random random) {
    this.books = books;
    this.account = user.email();
    this.random = random;
  }

  void fill(int number) {
    List<String> groups = new ArrayList<>();
    for (String name : List.of("Choir", "Neighbours", "Book club")) {
      groups.add(books.addGroup(account, name));
    }
    for (int i = 0; i < number; i++) {
      ContactDraft draft = contact(i);
      if (random.nextInt(5) == 0) {
        draft = draft.groups(groups.get(random.nextInt(groups.size())));
      }
      String resource = books.add(account, draft);
      if (random.nextInt(50) == 0) {
        books.delete(account, resource);
      }
    }
  }

  private ContactDraft contact(int i) {
    String given = AddressNames.given(random);
    String family = AddressNames.family(random);
    int kind = random.nextInt(20);
    if (kind == 0) {
      // A firm: no name of a person.
      return ContactDraft.named("", "")
          .organization(FIRMS.get(random.nextInt(FIRMS.size())))
          .phones(phone(i));
    }
    if (kind == 1) {
      return ContactDraft.named("", "").emails("info" + i + "@shop.example");
    }
    ContactDraft draft = ContactDraft.named(given, kind == 2 ? "" : family);
    if (kind != 3) {
      draft = draft.emails(email(given, family, i));
    }
    if (kind == 4) {
      draft =
          draft.emails(
              email(given, family, i), given.toLowerCase(Locale.ROOT) + i + "@home.example");
    }
    if (random.nextInt(3) > 0) {
      // Some share a line with the one before.
      draft = draft.phones(phone(random.nextInt(15) == 0 ? i - 1 : i));
    }
    if (random.nextInt(4) == 0) {
      draft = draft.organization(FIRMS.get(random.nextInt(FIRMS.size())));
    }
    return random.nextInt(3) == 0 ? draft.city(CITIES.get(random.nextInt(CITIES.size()))) : draft;
  }

  private static String email(String given, String family, int i) {
    String local = (given + "." + family).toLowerCase(Locale.ROOT).replaceAll("[^a-z.]", "");
    return local + i + "@mail.example";
  }

  /** 555-0100 to 555-0199 in one of eight hundred areas; half of them as people type them. */
  private String phone(int i) {
    int number = Math.max(i, 0);
    String area = String.valueOf(201 + number / 100);
    String last = String.format(Locale.ROOT, "%02d", number % 100);
    return random.nextBoolean() ? "+1" + area + "55501" + last : "(" + area + ") 555-01" + last;
  }
}
