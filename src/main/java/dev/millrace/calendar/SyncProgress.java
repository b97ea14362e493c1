package dev.millrace.calendar;

/** What a run of calendar-sync has done so far. Pages count once they are committed. */
class SyncProgress {

  private int calendars;
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

  void readFully() {
    calendars++;
    full++;
  }

  void readIncrementally() {
    calendars++;
    incremental++;
  }

  int calendars() {
    return calendars;
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
