package dev.millrace.contacts;

import dev.millrace.account.ConfigurationException;
import dev.millrace.account.DeadGrantException;
import dev.millrace.account.GoogleConnection;
import dev.millrace.account.GoogleRefusal;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.SyncRun;
import dev.millrace.account.UnauthorizedException;
import java.time.Instant;
import java.util.Map;

/** What is known of a run before it starts, and how it is told when it has ended. */
record ContactsRun(
    GoogleConnection connection, ContactsSyncRequest request, String jobId, Instant startedAt) {

  /** What {@code sync_runs} says of a guard that stopped the read. */
  static final String MASS_ARCHIVE = "mass_archive_guard";

  SyncRun ended(ContactsProgress progress, SyncRun.Result result, String reason) {
    return new SyncRun(
        connection.id(),
        jobId,
        request.trigger(),
        mode(progress),
        result,
        reason,
        progress.pages(),
        progress.changes().upserted(),
        progress.changes().archived(),
        progress.apiCalls(),
        startedAt);
  }

  private static SyncRun.Mode mode(ContactsProgress progress) {
    if (progress.full()) {
      return SyncRun.Mode.FULL;
    }
    return progress.pages() > 0 ? SyncRun.Mode.INCREMENTAL : SyncRun.Mode.NONE;
  }

  /** The job's return value. */
  static Map<String, Object> told(ContactsProgress progress) {
    ContactChanges changes = progress.changes();
    return Map.of(
        "mode", progress.full() ? "full" : "incremental",
        "imported", changes.imported(),
        "updated", changes.updated(),
        "archived", changes.archived(),
        "restored", changes.restored(),
        "ignored", changes.ignored(),
        "groups", progress.groups(),
        "pages", progress.pages());
  }

  /** Short and stable. */
  static String reason(RuntimeException failure) {
    if (failure instanceof GoogleUnavailableException unavailable) {
      return unavailable.reason();
    }
    if (failure instanceof UnauthorizedException) {
      return "http_401";
    }
    if (failure instanceof GoogleRefusal refused) {
      return "http_" + refused.status();
    }
    if (failure instanceof MassArchiveException) {
      return MASS_ARCHIVE;
    }
    if (failure instanceof DeadGrantException dead) {
      return dead.reason();
    }
    return failure instanceof ConfigurationException broken
        ? broken.alert()
        : failure.getClass().getSimpleName();
  }
}
