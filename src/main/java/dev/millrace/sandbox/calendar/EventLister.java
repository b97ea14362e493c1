package dev.millrace.sandbox.calendar;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Finds what a request lists: everything in a window, or what changed since a revision. */
final class EventLister {

  /**
   * The most instances of one series in one answer. An endless weekly series gives about fourteen
   * years of them, as observed at Google.
   */
  static final int MOST_INSTANCES = 730;

  private final StoredCalendar calendar;
  private final EventQuery query;

  EventLister(StoredCalendar calendar, EventQuery query) {
    this.calendar = calendar;
    this.query = query;
  }

  List<CalendarEvent> all() {
    List<CalendarEvent> found = new ArrayList<>();
    for (CalendarEvent event : calendar.events()) {
      if (event.isCancelled()) {
        if (showsCancelled(event) && inWindow(event)) {
          found.add(event);
        }
      } else if (event.isSeries() && query.singleEvents()) {
        expand(event, found);
      } else if (event.isSeries() ? anyInWindow(event) : inWindow(event)) {
        found.add(event);
      }
    }
    found.removeIf(event -> !matches(event));
    if ("startTime".equals(query.orderBy())) {
      found.sort(Comparator.comparing(e -> e.content().start().instant(calendar.zone)));
    } else if ("updated".equals(query.orderBy())) {
      found.sort(Comparator.comparing(CalendarEvent::updated));
    }
    return found;
  }

  /** Changes at any date: the window of the full read does not bound them. */
  List<CalendarEvent> since(long revision) {
    List<CalendarEvent> found = new ArrayList<>();
    for (CalendarEvent event : calendar.events()) {
      if (event.revision() <= revision) {
        continue;
      }
      if (event.isLeftover() && !query.singleEvents()) {
        continue;
      }
      if (event.isSeries() && query.singleEvents()) {
        if (!event.isCancelled()) {
          expand(event, found);
        }
      } else {
        found.add(event);
      }
    }
    found.removeIf(event -> !matches(event));
    return found;
  }

  private boolean showsCancelled(CalendarEvent event) {
    if (query.singleEvents()) {
      return query.showDeleted() && !event.isSeries();
    }
    if (event.isLeftover()) {
      return false;
    }
    CalendarEvent series = event.seriesId() == null ? null : calendar.find(event.seriesId());
    boolean exceptionOfLiving = series != null && !series.isCancelled();
    return query.showDeleted() || exceptionOfLiving;
  }

  private void expand(CalendarEvent series, List<CalendarEvent> found) {
    Set<String> exceptions = new HashSet<>();
    calendar.exceptionsOf(series.id()).forEach(e -> exceptions.add(e.id()));
    Iterator<EventTime> starts = Calendars.starts(series);
    int given = 0;
    while (starts.hasNext() && given < MOST_INSTANCES) {
      EventTime start = starts.next();
      if (query.timeMax() != null && !start.instant(calendar.zone).isBefore(query.timeMax())) {
        return;
      }
      if (!exceptions.contains(series.instanceId(start))) {
        CalendarEvent instance = series.instance(start);
        if (inWindow(instance)) {
          found.add(instance);
          given++;
        }
      }
    }
  }

  private boolean anyInWindow(CalendarEvent series) {
    if (query.timeMin() == null && query.timeMax() == null) {
      return true;
    }
    Iterator<EventTime> starts = Calendars.starts(series);
    while (starts.hasNext()) {
      EventTime start = starts.next();
      if (query.timeMax() != null && !start.instant(calendar.zone).isBefore(query.timeMax())) {
        return false;
      }
      if (inWindow(series.instance(start))) {
        return true;
      }
    }
    return false;
  }

  /** {@code timeMin} bounds the end, {@code timeMax} the start, both exclusively. */
  private boolean inWindow(CalendarEvent event) {
    Instant start = event.content().start().instant(calendar.zone);
    Instant end = event.content().end().instant(calendar.zone);
    return (query.timeMin() == null || end.isAfter(query.timeMin()))
        && (query.timeMax() == null || start.isBefore(query.timeMax()))
        && (query.updatedMin() == null || !event.updated().isBefore(query.updatedMin()));
  }

  private boolean matches(CalendarEvent event) {
    if (!query.eventTypes().isEmpty()
        && !query.eventTypes().contains(event.content().eventType())) {
      return false;
    }
    if (query.iCalUid() != null && !query.iCalUid().equals(EventJson.iCalUid(event))) {
      return false;
    }
    // No event here has extended properties.
    return !query.extendedProperties()
        && (query.text() == null
            || event
                .content()
                .summary()
                .toLowerCase(Locale.ROOT)
                .contains(query.text().toLowerCase(Locale.ROOT)));
  }
}
