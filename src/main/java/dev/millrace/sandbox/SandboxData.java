package dev.millrace.sandbox;

import dev.millrace.sandbox.calendar.Calendars;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** Fills calendars and address books, the same way for the same seed and base. */
final class SandboxData {

  private SandboxData() {}

  static void fill(List<SandboxUser> users, Calendars calendars, Instant base, long seed) {
    for (int i = 0; i < users.size(); i++) {
      SandboxUser user = users.get(i);
      Random random = new Random(seed * 31 + i);
      new CalendarData(calendars, user, base, random).fill(i == 0);
    }
  }
}
