package dev.millrace.calendar;

/**
 * What writing changed here.
 *
 * @param upserted rows that are new or differ; one that came unchanged is not counted
 * @param deleted rows that are gone
 * @param aged how many of both only left or entered the window because time passed
 * @param busyChanged whether time within the horizon of suggestions became busy or free
 */
record RowChanges(int upserted, int deleted, int aged, boolean busyChanged) {

  static final RowChanges NONE = new RowChanges(0, 0, 0, false);

  RowChanges and(RowChanges other) {
    return new RowChanges(
        upserted + other.upserted,
        deleted + other.deleted,
        aged + other.aged,
        busyChanged || other.busyChanged);
  }

  /** Whether somebody changed something at Google. */
  boolean any() {
    return upserted + deleted > aged;
  }
}
