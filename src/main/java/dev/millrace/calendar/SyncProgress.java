package dev.millrace.calendar;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What a run of calendar-sync has done so far. Pages count once they are committed. */
class SyncProgress {

  private final List<UUID> calendars = new ArrayList<>();
  private final Map<UUID, Instant> cancelled = new HashMap<>();
  private boolean complete = true;
  private int full;
  private int incremental;
  private int pages;
  private int apiCalls;
  private RowChanges changes = RowChanges.NONE;

  void called() {
    apiCalls++;
  }

  void wrote(RowChanges page) {
    pages++;
    changed(page);
  }

  void changed(RowChanges more) {
    changes = changes.and(more);
  }

  /** Notes that the run leaves out calendars that nobody wants read now. */
  void leftOut() {
    complete = false;
  }

  void readFully(UUID calendar) {
    calendars.add(calendar);
    full++;
  }

  void readIncrementally(UUID calendar) {
    calendars.add(calendar);
    incremental++;
  }

  /** Notes when an event of the calendar was cancelled, which leaves no row to tell it. */
  void cancelled(UUID calendar, Instant at) {
    cancelled.merge(calendar, at, (one, other) -> one.isAfter(other) ? one : other);
  }

  /** When an event was cancelled last, by calendar. */
  Map<UUID, Instant> cancelled() {
    return cancelled;
  }

  /** Those that were read to their end. */
  List<UUID> calendars() {
    return calendars;
  }

  /** Whether the run was about all selected calendars. */
  boolean complete() {
    return complete;
  }

  int full() {
    return full;
  }

  int incremental() {
    return incremental;
  }

  int pages() {
    return pages;
  }

  int apiCalls() {
    return apiCalls;
  }

  RowChanges changes() {
    return changes;
  }
}
