package dev.millrace.sandbox.calendar;

import dev.millrace.sandbox.google.Opaque;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * All calendars of all accounts, and what people do to them. {@code primary} stands for an
 * account's own calendar wherever a calendar id is asked for.
 */
public final class Calendars {

  private final Clock clock;
  private final Map<String, StoredCalendar> byId = new LinkedHashMap<>();
  private final Map<String, Map<String, ListEntry>> lists = new LinkedHashMap<>();
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
  private long listRevision;
  private long ids;

  public Calendars(Clock clock) {
    this.clock = clock;
  }

  /** Called with the calendar's id after each change of its events. */
  void onChange(Consumer<String> listener) {
    listeners.add(listener);
  }

  /** The account's own calendar, whose id is its address. */
  public synchronized void createPrimary(String account, ZoneId zone) {
    subscribe(account, store(account, account, zone, false), true, true);
  }

  /** A further calendar of the account. */
  public synchronized void create(String account, String calendarId, String summary, ZoneId zone) {
    subscribe(account, store(calendarId, summary, zone, false), false, true);
  }

  /** A calendar that Google generates, such as holidays; several accounts may have it. */
  public synchronized void createGenerated(
      String account, String calendarId, String summary, ZoneId zone) {
    StoredCalendar calendar =
        byId.containsKey(calendarId)
            ? byId.get(calendarId)
            : store(calendarId, summary, zone, true);
    subscribe(account, calendar, false, false);
  }

  /** Puts an existing calendar on the list of a further account. */
  public synchronized void share(String owner, String calendarId, String with) {
    subscribe(with, require(owner, calendarId), false, true);
  }

  private StoredCalendar store(String id, String summary, ZoneId zone, boolean generated) {
    StoredCalendar calendar = new StoredCalendar(id, summary, zone, generated, clock.instant());
    if (byId.putIfAbsent(id, calendar) != null) {
      throw new IllegalArgumentException("There is a calendar with the id " + id + " already");
    }
    return calendar;
  }

  private void subscribe(String account, StoredCalendar calendar, boolean primary, boolean chosen) {
    lists
        .computeIfAbsent(account, a -> new LinkedHashMap<>())
        .put(calendar.id, new ListEntry(calendar, primary, chosen, false, ++listRevision));
  }

  /** Takes a calendar off the account's list; from then on it is not found. */
  public synchronized void remove(String account, String calendarId) {
    StoredCalendar calendar = require(account, calendarId);
    ListEntry old = lists.get(account).get(calendar.id);
    lists
        .get(account)
        .put(calendar.id, new ListEntry(calendar, old.primary(), false, true, ++listRevision));
  }

  /** Adds an event and gives its id. */
  public String add(String account, String calendarId, EventDraft draft) {
    String id = Opaque.eventId(account + "|" + calendarId + "|" + nextId());
    return add(account, calendarId, id, draft);
  }

  private synchronized long nextId() {
    return ++ids;
  }

  /** Adds an event under an id of the caller's choice. */
  public String add(String account, String calendarId, String eventId, EventDraft draft) {
    change(
        account,
        calendarId,
        (calendar, now, revision) -> {
          if (calendar.find(eventId) != null) {
            throw new IllegalArgumentException("There is an event with the id " + eventId);
          }
          calendar.put(CalendarEvent.created(eventId, draft, now, revision));
        });
    return eventId;
  }

  /** Edits an event or a whole series. */
  public void update(
      String account, String calendarId, String eventId, UnaryOperator<EventDraft> edit) {
    change(
        account,
        calendarId,
        (calendar, now, revision) -> {
          CalendarEvent old = alive(calendar, eventId);
          CalendarEvent edited = old.changed(edit.apply(old.content()), now, revision);
          if (old.isSeries()) {
            Leftovers.record(calendar, old, edited, now, revision);
          }
          calendar.put(edited);
        });
  }

  /** Moves an event or a whole series to another start; it keeps its length. */
  public void move(String account, String calendarId, String eventId, EventTime newStart) {
    update(account, calendarId, eventId, draft -> draft.startingAt(newStart));
  }

  /** Moves one instance of a series; its id stays that of its original start. */
  public String moveInstance(
      String account,
      String calendarId,
      String seriesId,
      EventTime originalStart,
      EventTime newStart) {
    return editInstance(
        account, calendarId, seriesId, originalStart, draft -> draft.startingAt(newStart));
  }

  /** Edits one instance of a series, e.g. the answer to it. */
  public String editInstance(
      String account,
      String calendarId,
      String seriesId,
      EventTime originalStart,
      UnaryOperator<EventDraft> edit) {
    change(
        account,
        calendarId,
        (calendar, now, revision) -> {
          CalendarEvent one = instance(calendar, seriesId, originalStart);
          calendar.put(one.changed(edit.apply(one.content()), now, revision));
        });
    return seriesId + "_" + originalStart.suffix();
  }

  /** One instance of a living series does not take place. */
  public void cancelInstance(
      String account, String calendarId, String seriesId, EventTime originalStart) {
    change(
        account,
        calendarId,
        (calendar, now, revision) ->
            calendar.put(instance(calendar, seriesId, originalStart).cancelled(now, revision)));
  }

  /** Deletes an event, or a series with all its instances. */
  public void delete(String account, String calendarId, String eventId) {
    change(
        account,
        calendarId,
        (calendar, now, revision) -> {
          CalendarEvent old = alive(calendar, eventId);
          if (old.isSeries()) {
            Leftovers.record(calendar, old, null, now, revision);
          }
          calendar.put(old.cancelled(now, revision));
        });
  }

  /** All sync tokens of the calendar's events are answered with 410 from now on. */
  public synchronized void expireSyncTokens(String account, String calendarId) {
    require(account, calendarId).expireTokens();
  }

  /** What is stored of a calendar: single events, series and exceptions, not cancelled. */
  public synchronized List<CalendarEvent> events(String account, String calendarId) {
    return require(account, calendarId).events().stream().filter(e -> !e.isCancelled()).toList();
  }

  /** The ids of the account's calendars. */
  public synchronized List<String> ids(String account) {
    return list(account).stream().filter(e -> !e.deleted()).map(e -> e.calendar().id).toList();
  }

  synchronized List<ListEntry> list(String account) {
    return List.copyOf(lists.getOrDefault(account, Map.of()).values());
  }

  synchronized long listRevision() {
    return listRevision;
  }

  /** The calendar as this account sees it; null if it does not. */
  synchronized ListEntry find(String account, String calendarId) {
    Map<String, ListEntry> list = lists.getOrDefault(account, Map.of());
    ListEntry entry = list.get(calendarId.equals("primary") ? account : calendarId);
    return entry == null || entry.deleted() ? null : entry;
  }

  private StoredCalendar require(String account, String calendarId) {
    ListEntry entry = find(account, calendarId);
    if (entry == null) {
      throw new IllegalArgumentException(
          "The account " + account + " has no calendar " + calendarId + "; it has " + ids(account));
    }
    return entry.calendar();
  }

  /** Reads several things of one calendar at one moment. */
  synchronized <T> T atOnce(Supplier<T> reading) {
    return reading.get();
  }

  private interface Change {
    void apply(StoredCalendar calendar, Instant now, long revision);
  }

  private void change(String account, String calendarId, Change change) {
    String changed;
    synchronized (this) {
      StoredCalendar calendar = require(account, calendarId);
      Instant now = clock.instant();
      change.apply(calendar, now, calendar.nextRevision(now));
      changed = calendar.id;
    }
    listeners.forEach(listener -> listener.accept(changed));
  }

  private static CalendarEvent alive(StoredCalendar calendar, String eventId) {
    CalendarEvent event = calendar.find(eventId);
    if (event == null || event.isCancelled()) {
      throw new IllegalArgumentException(
          "The calendar " + calendar.id + " has no event with the id " + eventId);
    }
    return event;
  }

  private static CalendarEvent instance(
      StoredCalendar calendar, String seriesId, EventTime originalStart) {
    CalendarEvent series = alive(calendar, seriesId);
    CalendarEvent known = calendar.find(series.instanceId(originalStart));
    if (known != null && !known.isLeftover()) {
      return known;
    }
    for (Iterator<EventTime> starts = starts(series); starts.hasNext(); ) {
      EventTime start = starts.next();
      if (start.suffix().equals(originalStart.suffix())) {
        return series.instance(start);
      }
      if (start.localDate().isAfter(originalStart.localDate().plusDays(2))) {
        break;
      }
    }
    throw new IllegalArgumentException(
        "The series " + seriesId + " has no instance at " + originalStart.suffix());
  }

  static Iterator<EventTime> starts(CalendarEvent series) {
    return new Occurrences(series.content().start(), series.content().recurrence());
  }
}
