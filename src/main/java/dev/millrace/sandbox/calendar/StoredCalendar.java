package dev.millrace.sandbox.calendar;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One calendar with its events; guarded by {@link Calendars}. */
final class StoredCalendar {

  final String id;
  final String summary;
  final ZoneId zone;

  /** Generated calendars (holidays) are read-only for all and have no push. */
  final boolean generated;

  private final Map<String, CalendarEvent> events = new LinkedHashMap<>();
  private long revision;
  private int tokenEpoch;
  private Instant updated;

  StoredCalendar(String id, String summary, ZoneId zone, boolean generated, Instant now) {
    this.id = id;
    this.summary = summary;
    this.zone = zone;
    this.generated = generated;
    this.updated = now;
  }

  long revision() {
    return revision;
  }

  long nextRevision(Instant now) {
    updated = now;
    return ++revision;
  }

  /** Sync tokens of an earlier epoch are refused. */
  int tokenEpoch() {
    return tokenEpoch;
  }

  void expireTokens() {
    tokenEpoch++;
  }

  Instant updated() {
    return updated;
  }

  Collection<CalendarEvent> events() {
    return events.values();
  }

  CalendarEvent find(String eventId) {
    return events.get(eventId);
  }

  void put(CalendarEvent event) {
    // Re-inserted, so that iteration is in order of change.
    events.remove(event.id());
    events.put(event.id(), event);
  }

  void forgetLeftover(String instanceId) {
    CalendarEvent event = events.get(instanceId);
    if (event != null && event.isLeftover()) {
      events.remove(instanceId);
    }
  }

  /** The instances of a series that were changed or cancelled one by one. */
  List<CalendarEvent> exceptionsOf(String seriesId) {
    List<CalendarEvent> found = new ArrayList<>();
    for (CalendarEvent event : events.values()) {
      if (seriesId.equals(event.seriesId()) && !event.isLeftover()) {
        found.add(event);
      }
    }
    return found;
  }
}
