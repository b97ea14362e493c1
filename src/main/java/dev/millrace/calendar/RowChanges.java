package dev.millrace.calendar;

/**
 * What writing changed here.
 *
 * @param upserted rows that are new or differ; one that came unchanged is not counted
 * @param deleted rows that are gone
 * @param busyChanged whether time within the horizon of suggestions became busy or free
 */
record RowChanges(int upserted, int deleted, boolean busyChanged) {

  static final RowChanges NONE = new RowChanges(0, 0, false);

  RowChanges and(RowChanges other) {
    return new RowChanges(
        upserted + other.upserted, deleted + other.deleted, busyChanged || other.busyChanged);
  }
}
