package dev.millrace.contacts;

import dev.millrace.account.DeadGrantException;
import dev.millrace.account.GoogleConnection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a run did. Whatever ended it early, pages before that are in the database, and the next run
 * finds nothing to change about them; so the user counts as changed.
 *
 * @param generate payload of suggestion-generation after an account's first sync, else none
 * @param reminders payload of token-health-reminder where the grant turned out dead, else none
 * @param changed the user whose contacts are others now, or may be, else none
 * @param withdrawn the user whose suggestions went with contacts, or may have, else none
 * @param failure what ended the run early, else null; {@link ContactsSync#settle} throws it, once
 *     what follows from the change is done
 */
public record ContactsSyncResult(
    Map<String, Object> result,
    List<Map<String, Object>> generate,
    List<Map<String, Object>> reminders,
    List<UUID> changed,
    List<UUID> withdrawn,
    RuntimeException failure) {

  static ContactsSyncResult success(
      GoogleConnection connection,
      ContactsProgress progress,
      boolean first,
      DeadGrantException dead) {
    List<UUID> user = List.of(connection.userId());
    return new ContactsSyncResult(
        ContactsRun.told(progress),
        first ? List.of(Map.of("userId", connection.userId().toString())) : List.of(),
        reminders(connection, dead),
        progress.changed() ? user : List.of(),
        progress.changes().archived() > 0 ? user : List.of(),
        null);
  }

  static ContactsSyncResult dead(GoogleConnection connection, DeadGrantException dead) {
    return early(
        connection, Map.of("skippedReason", dead.reason()), reminders(connection, dead), null);
  }

  static ContactsSyncResult skipped(GoogleConnection connection, String reason) {
    return early(connection, Map.of("skippedReason", reason), List.of(), null);
  }

  static ContactsSyncResult failed(GoogleConnection connection, RuntimeException failure) {
    return early(connection, Map.of(), List.of(), failure);
  }

  private static ContactsSyncResult early(
      GoogleConnection connection,
      Map<String, Object> result,
      List<Map<String, Object>> reminders,
      RuntimeException failure) {
    List<UUID> user = List.of(connection.userId());
    return new ContactsSyncResult(result, List.of(), reminders, user, user, failure);
  }

  private static List<Map<String, Object>> reminders(
      GoogleConnection connection, DeadGrantException dead) {
    return dead != null && dead.discovered()
        ? List.of(Map.of("connectionId", connection.id().toString()))
        : List.of();
  }
}
