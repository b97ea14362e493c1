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
   * What a run did. Whatever ended it early, pages before that are in the database, and the next
   * run finds nothing to change about them; so the user counts as changed.
   *
   * @param generate payload of suggestion-generation after an account's first sync, else none
   * @param reminders payload of token-health-reminder where the grant turned out dead, else none
   * @param changed the user whose contacts are others now, or may be, else none
   * @param withdrawn the user whose suggestions went with contacts, or may have, else none
   * @param failure what ended the run early, else null; {@link #settle} throws it, once what
   *     follows from the change is done
   */
  public record Synced(
      Map<String, Object> result,
      List<Map<String, Object>> generate,
      List<Map<String, Object>> reminders,
      List<UUID> changed,
      List<UUID> withdrawn,
      RuntimeException failure) {

    private static Synced early(
        UUID user,
        Map<String, Object> result,
        List<Map<String, Object>> reminders,
        RuntimeException failure) {
      return new Synced(result, List.of(), reminders, List.of(user), List.of(user), failure);
    }
  }

  private record Job(
      String id,
      boolean firstAttempt,
      GoogleConnection connection,
      SyncTrigger trigger,
      boolean full,
      Instant start) {}

  /**
   * Reads one user's contacts. Says also what went wrong on the way.
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
    UUID user = job.connection().userId();
    try {
      Read read = readGranted(job, lease);
      states.succeeded(state, INTEGRATION, job.trigger(), read.changes().any(), false);
      runs.staleness(INTEGRATION, state.lastSuccessAt());
      note(job, SyncRun.Result.SUCCESS, null, read);
      return new Synced(
          result(read),
          firstSync(job, state),
          List.of(),
          read.changes().any() ? List.of(user) : List.of(),
          read.changes().archived() > 0 ? List.of(user) : List.of(),
          null);
    } catch (DeadGrantException dead) {
      note(job, SyncRun.Result.SKIPPED, dead.reason(), null);
      return Synced.early(user, Map.of("skippedReason", dead.reason()), reminder(job, dead), null);
    } catch (GoogleUnavailableException failure) {
      failed(job, state, failure.reason());
      return Synced.early(user, Map.of(), List.of(), failure);
    } catch (UnauthorizedException failure) {
      failed(job, state, "http_401");
      return Synced.early(user, Map.of(), List.of(), failure);
    } catch (RuntimeException failure) {
      return Synced.early(user, Map.of(), List.of(), failure);
    }
  }

  /** The job's return value, or what ended the run early. */
  public Map<String, Object> settle(Synced synced) {
    if (synced.failure() != null) {
      throw synced.failure();
    }
    return synced.result();
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

  private void failed(Job job, SyncState state, String reason) {
    if (job.firstAttempt()) {
      states.failed(state);
    }
    note(job, SyncRun.Result.FAILURE, reason, null);
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
