package dev.millrace.sandbox.calendar;

import java.time.Instant;

/**
 * A stored event: a single one, a series, or one instance of a series that differs from it.
 *
 * @param seriesId of an instance; null for others
 * @param originalStart where the series puts the instance; null for others
 * @param isCancelled deleted, or an instance that does not take place
 * @param isLeftover an instance of a series that is gone or was moved; only told to those who read
 *     single events
 * @param revision of the calendar at the event's last change
 */
public record CalendarEvent(
    String id,
    EventDraft content,
    String seriesId,
    EventTime originalStart,
    boolean isCancelled,
    boolean isLeftover,
    Instant created,
    Instant updated,
    long revision) {

  static CalendarEvent created(String id, EventDraft content, Instant now, long revision) {
    return new CalendarEvent(id, content, null, null, false, false, now, now, revision);
  }

  public boolean isSeries() {
    return content.recurrence() != null;
  }

  CalendarEvent changed(EventDraft newContent, Instant now, long newRevision) {
    return new CalendarEvent(
        id,
        newContent,
        seriesId,
        originalStart,
        isCancelled,
        isLeftover,
        created,
        now,
        newRevision);
  }

  CalendarEvent cancelled(Instant now, long newRevision) {
    return new CalendarEvent(
        id, content, seriesId, originalStart, true, isLeftover, created, now, newRevision);
  }

  /** The instance of this series that starts here, as the series has it. */
  CalendarEvent instance(EventTime start) {
    EventDraft one = content.startingAt(start).repeating(null);
    return new CalendarEvent(
        instanceId(start), one, id, start, false, false, created, updated, revision);
  }

  /** What is told of the instance once the series has none there. */
  CalendarEvent leftover(EventTime start, Instant now, long newRevision) {
    return new CalendarEvent(
        instanceId(start),
        content.startingAt(start).repeating(null),
        id,
        start,
        true,
        true,
        created,
        now,
        newRevision);
  }

  String instanceId(EventTime start) {
    return id + "_" + start.suffix();
  }

  /** Differs whenever revision or content differ, between two runs of the sandbox as well. */
  String etag() {
    // Text, because the hash of an enum changes from run to run.
    long content32 = Integer.toUnsignedLong((content + "|" + isCancelled).hashCode());
    return "\"" + (3_400_000_000_000_000L + revision * 1_000_000_000_000L + content32) + "\"";
  }
}
