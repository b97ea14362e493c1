package dev.millrace.sandbox.calendar;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** What is still told of the instances of a series after it was deleted or moved. */
final class Leftovers {

  /**
   * How far ahead the instances of a deleted or moved series are reported one by one. Later ones
   * are never mentioned again, as observed at Google; only a full sync finds them gone.
   */
  static final Duration AHEAD = Duration.ofDays(183);

  private static final Duration BACK = Duration.ofDays(31);

  private Leftovers() {}

  /** Records as cancelled the near instances that the old series had and the new one has not. */
  static void record(
      StoredCalendar calendar,
      CalendarEvent old,
      CalendarEvent edited,
      Instant now,
      long revision) {
    Instant last = now.plus(AHEAD);
    Set<String> kept = new HashSet<>();
    if (edited != null && edited.isSeries()) {
      for (EventTime start : startsWithin(calendar, edited, now, last)) {
        kept.add(start.suffix());
        calendar.forgetLeftover(edited.instanceId(start));
      }
    }
    for (EventTime start : startsWithin(calendar, old, now, last)) {
      CalendarEvent exception = calendar.find(old.instanceId(start));
      boolean gone = !kept.contains(start.suffix());
      if (gone && (exception == null || exception.isLeftover())) {
        calendar.put(old.leftover(start, now, revision));
      } else if (gone) {
        calendar.put(exception.cancelled(now, revision));
      }
    }
    if (edited == null) {
      for (CalendarEvent exception : calendar.exceptionsOf(old.id())) {
        calendar.put(exception.cancelled(now, revision));
      }
    }
  }

  private static List<EventTime> startsWithin(
      StoredCalendar calendar, CalendarEvent series, Instant now, Instant last) {
    List<EventTime> found = new ArrayList<>();
    Iterator<EventTime> starts = Calendars.starts(series);
    while (starts.hasNext()) {
      EventTime start = starts.next();
      Instant at = start.instant(calendar.zone);
      if (at.isAfter(last)) {
        break;
      }
      if (!at.isBefore(now.minus(BACK))) {
        found.add(start);
      }
    }
    return found;
  }
}
