package dev.millrace.sandbox;

import dev.millrace.sandbox.calendar.Calendars;
import dev.millrace.sandbox.people.AddressBooks;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** Fills calendars and address books, the same way for the same seed and base. */
final class SandboxData {

  private SandboxData() {}

  static void fill(
      List<SandboxUser> users, Calendars calendars, AddressBooks books, Instant base, long seed) {
    for (int i = 0; i < users.size(); i++) {
      SandboxUser user = users.get(i);
      // Apart, so that one kind of data does not shift when the other grows.
      new CalendarData(calendars, user, base, new Random(seed * 31 + i)).fill(i == 0);
      new ContactData(books, user, new Random(seed * 37 + i)).fill(i == 0 ? 1_250 : 120 + 15 * i);
    }
  }
}
