package dev.millrace.suggestion;

/**
 * A busy event of a selected calendar.
 *
 * @param eventId Google's, the same in each calendar that shows the event
 * @param summary the event's title; null where it has none
 */
record BusyTime(TimeSpan span, String eventId, String summary) {}
