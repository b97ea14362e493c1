package dev.millrace.sandbox.calendar;

/** One line of an account's calendar list. */
record ListEntry(
    StoredCalendar calendar, boolean primary, boolean selected, boolean deleted, long revision) {

  String accessRole() {
    return calendar.generated ? "reader" : "owner";
  }
}
