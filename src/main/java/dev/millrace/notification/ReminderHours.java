package dev.millrace.notification;

import java.time.Instant;
import java.time.ZoneId;

/**
 * The hours of the user's day in which reminders are written: at ten, and until one where the run
 * at ten was missed. Clocks change at night, so every local day has them once.
 */
final class ReminderHours {

  private static final int FIRST = 10;
  private static final int END = 13;

  private ReminderHours() {}

  static boolean contain(Instant moment, ZoneId zone) {
    int hour = moment.atZone(zone).getHour();
    return hour >= FIRST && hour < END;
  }
}
