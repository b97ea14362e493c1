package dev.millrace.calendar;

import dev.millrace.account.DeadGrantException;
import dev.millrace.account.GoogleConnection;
import dev.millrace.account.SyncState;
import dev.millrace.account.SyncTrigger;
import dev.millrace.job.Batches;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Which jobs a run of calendar-sync gives rise to. */
@Component
class FollowUpRule {

  private final Calendars calendars;
  private final PushEndpoint endpoint;

  FollowUpRule(Calendars calendars, PushEndpoint endpoint) {
    this.calendars = calendars;
    this.endpoint = endpoint;
  }

  /**
   * @param missed calendars whose channel did not announce a change
   */
  FollowUps afterSuccess(
      GoogleConnection connection,
      SyncTrigger trigger,
      SyncState before,
      SyncProgress progress,
      List<UUID> missed) {
    boolean first = before.lastSuccessAt() == null && progress.complete();
    // without push a renewal could only be skipped
    boolean push = endpoint.enabled();
    String reason = trigger.connects() ? "connect" : "missing";
    return new FollowUps(
        regenerations(connection, progress),
        first ? List.of(user(connection)) : List.of(),
        push
            ? renewals(calendars.withoutChannel(connection.id(), trigger.connects()), reason)
            : List.of(),
        push ? renewals(missed, "missed") : List.of(),
        List.of());
  }

  /** What was written before a failure is written, and what follows from it follows. */
  FollowUps afterPart(
      GoogleConnection connection, SyncProgress progress, RuntimeException failure) {
    boolean died = failure instanceof DeadGrantException dead && dead.discovered();
    return new FollowUps(
        regenerations(connection, progress),
        List.of(),
        List.of(),
        List.of(),
        died ? List.of(Map.of("connectionId", connection.id().toString())) : List.of());
  }

  private static List<Map<String, String>> regenerations(
      GoogleConnection connection, SyncProgress progress) {
    return progress.changes().busyChanged()
        ? List.of(Map.of("userId", connection.userId().toString(), "reason", "calendar_sync"))
        : List.of();
  }

  private static List<List<Map<String, Object>>> renewals(List<UUID> calendars, String reason) {
    return Batches.of(
        calendars.stream()
            .map(id -> Map.<String, Object>of("calendarId", id.toString(), "reason", reason))
            .toList());
  }

  private static Map<String, String> user(GoogleConnection connection) {
    return Map.of("userId", connection.userId().toString());
  }
}
