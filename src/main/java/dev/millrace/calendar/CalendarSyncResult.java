package dev.millrace.calendar;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What a run did. The job's return value, but for what only the route needs.
 *
 * @param calendars read to their end
 * @param upserted events that changed or are new
 * @param skippedReason why nothing could be done; null otherwise
 * @param followUps the jobs that this run gives rise to
 * @param failure what ended the run early. The route throws it once the follow-ups of what
 *     succeeded are on their way
 */
public record CalendarSyncResult(
    int calendars,
    int full,
    int incremental,
    int upserted,
    int deleted,
    int pages,
    int apiCalls,
    @JsonInclude(JsonInclude.Include.NON_NULL) String skippedReason,
    @JsonIgnore FollowUps followUps,
    @JsonIgnore RuntimeException failure) {

  static CalendarSyncResult of(
      SyncProgress progress, String skippedReason, FollowUps followUps, RuntimeException failure) {
    return new CalendarSyncResult(
        progress.calendars().size(),
        progress.full(),
        progress.incremental(),
        progress.changes().upserted(),
        progress.changes().deleted(),
        progress.pages(),
        progress.apiCalls(),
        skippedReason,
        followUps,
        failure);
  }

  static CalendarSyncResult skipped(String reason) {
    return of(new SyncProgress(), reason, FollowUps.NONE, null);
  }
}
