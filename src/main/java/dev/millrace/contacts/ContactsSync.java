package dev.millrace.contacts;

import dev.millrace.account.DeadGrantException;
import dev.millrace.account.GoogleConnection;
import dev.millrace.account.GoogleConnections;
import dev.millrace.account.GoogleRefusal;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.GrantStatus;
import dev.millrace.account.Integration;
import dev.millrace.account.Lease;
import dev.millrace.account.SyncRun;
import dev.millrace.account.SyncRuns;
import dev.millrace.account.SyncState;
import dev.millrace.account.SyncStates;
import dev.millrace.account.SyncTrigger;
import dev.millrace.account.TokenProvider;
import dev.millrace.account.UnauthorizedException;
import dev.millrace.contacts.ContactsReader.Read;
import dev.millrace.job.JobFields;
import dev.millrace.job.SkippedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Copies a user's Google contacts in. */
@Component
public class ContactsSync {

  /** The job's time limit of 15 minutes and one to spare; every page starts it anew. */
  static final Duration LEASE = Duration.ofMinutes(16);

  private static final Integration INTEGRATION = Integration.GOOGLE_CONTACTS;
  private static final List<String> TYPES = List.of("full", "incremental");

  private final GoogleConnections connections;
  private final SyncStates states;
  private final SyncRuns runs;
  private final ContactsReader reader;
  private final TokenProvider tokens;
  private final Clock clock;

  ContactsSync(
      GoogleConnections connections,
      SyncStates states,
      SyncRuns runs,
      ContactsReader reader,
      TokenProvider tokens,
      Clock clock) {
    this.connections = connections;
    this.states = states;
    this.runs = runs;
    this.reader = reader;
    this.tokens = tokens;
    this.clock = clock;
  }

  /**
   * @param generate payload of suggestion-generation after an account's first sync, else none
   * @param reminders payload of token-health-reminder where the grant turned out dead, else none
   * @param changed the user whose contacts are others now, else none
   */
  public record Synced(
      Map<String, Object> result,
      List<Map<String, Object>> generate,
      List<Map<String, Object>> reminders,
      List<UUID> changed) {}

  private record Job(
      String id,
      boolean firstAttempt,
      GoogleConnection connection,
      SyncTrigger trigger,
      boolean full,
      Instant start) {}

  /**
   * Reads one user's contacts.
   *
   * @param payload {@code userId}, {@code syncType} (full or incremental, the default) and {@code
   *     trigger}
   * @param attemptsMade before this one; a job counts once against the breaker, not each attempt
   * @throws SkippedException {@code not_connected}, {@code needs_reauth} or {@code breaker_open}
   */
  public Synced sync(Map<String, Object> payload, String jobId, Integer attemptsMade) {
    UUID user = JobFields.requiredUuid(payload, "userId");
    String type = JobFields.text(payload, "syncType", "incremental");
    if (!TYPES.contains(type)) {
      throw JobFields.invalid("syncType", type, "one of " + TYPES);
    }
    SyncTrigger trigger = SyncTrigger.of(JobFields.text(payload, "trigger", null));
    GoogleConnection connection =
        connections
            .find(user, INTEGRATION)
            .filter(found -> found.status() != GrantStatus.DISCONNECTED)
            .orElseThrow(() -> new SkippedException("not_connected"));
    boolean first = attemptsMade == null || attemptsMade == 0;
    Job job = new Job(jobId, first, connection, trigger, type.equals("full"), clock.instant());
    if (connection.status() != GrantStatus.ACTIVE) {
      throw skipped(job, "needs_reauth");
    }
    if (trigger == SyncTrigger.RECONNECT) {
      states.reset(connection.id());
    }
    SyncState state = states.load(connection.id(), INTEGRATION);
    if (state.blocks(trigger, job.start())) {
      throw skipped(job, "breaker_open");
    }
    try (Lease lease = states.lease(connection.id(), LEASE)) {
      return sync(job, state, lease);
    }
  }

  private Synced sync(Job job, SyncState state, Lease lease) {
    try {
      Read read = readGranted(job, lease);
      states.succeeded(state, INTEGRATION, job.trigger(), read.changes().any(), false);
      runs.staleness(INTEGRATION, state.lastSuccessAt());
      note(job, SyncRun.Result.SUCCESS, null, read);
      return new Synced(
          result(read),
          firstSync(job, state),
          List.of(),
          read.changes().any() ? List.of(job.connection().userId()) : List.of());
    } catch (DeadGrantException dead) {
      note(job, SyncRun.Result.SKIPPED, dead.reason(), null);
      return new Synced(
          Map.of("skippedReason", dead.reason()), List.of(), reminder(job, dead), List.of());
    } catch (GoogleUnavailableException failure) {
      throw failed(job, state, failure.reason(), failure);
    } catch (UnauthorizedException failure) {
      throw failed(job, state, "http_401", failure);
    }
  }

  private Read readGranted(Job job, Lease lease) {
    try {
      return reader.read(job.connection(), lease, job.full());
    } catch (GoogleRefusal.Forbidden refused) {
      throw refused.scopeMissing() ? tokens.dead(job.connection().id(), "scope_missing") : refused;
    }
  }

  private SkippedException skipped(Job job, String reason) {
    note(job, SyncRun.Result.SKIPPED, reason, null);
    return new SkippedException(reason);
  }

  private <E extends RuntimeException> E failed(
      Job job, SyncState state, String reason, E failure) {
    if (job.firstAttempt()) {
      states.failed(state);
    }
    note(job, SyncRun.Result.FAILURE, reason, null);
    return failure;
  }

  private void note(Job job, SyncRun.Result result, String reason, Read read) {
    SyncRun.Mode mode =
        read == null
            ? SyncRun.Mode.NONE
            : read.full() ? SyncRun.Mode.FULL : SyncRun.Mode.INCREMENTAL;
    runs.add(
        INTEGRATION,
        new SyncRun(
            job.connection().id(),
            job.id(),
            job.trigger(),
            mode,
            result,
            reason,
            read == null ? 0 : read.pages(),
            read == null ? 0 : read.changes().upserted(),
            read == null ? 0 : read.changes().archived(),
            read == null ? 0 : read.pages(),
            job.start()));
  }

  private static Map<String, Object> result(Read read) {
    ContactChanges changes = read.changes();
    return Map.of(
        "mode", read.full() ? "full" : "incremental",
        "imported", changes.imported(),
        "updated", changes.updated(),
        "archived", changes.archived(),
        "restored", changes.restored(),
        "ignored", changes.ignored(),
        "pages", read.pages());
  }

  private static List<Map<String, Object>> firstSync(Job job, SyncState state) {
    return state.lastSuccessAt() == null
        ? List.of(Map.of("userId", job.connection().userId().toString()))
        : List.of();
  }

  private static List<Map<String, Object>> reminder(Job job, DeadGrantException dead) {
    return dead.discovered()
        ? List.of(Map.of("connectionId", job.connection().id().toString()))
        : List.of();
  }
}
