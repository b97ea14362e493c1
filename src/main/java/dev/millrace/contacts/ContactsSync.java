package dev.millrace.contacts;

import static dev.millrace.account.Integration.GOOGLE_CONTACTS;

import dev.millrace.account.ConfigurationException;
import dev.millrace.account.DeadGrantException;
import dev.millrace.account.GoogleAnswers;
import dev.millrace.account.GoogleConnection;
import dev.millrace.account.GoogleConnections;
import dev.millrace.account.GoogleRefusal;
import dev.millrace.account.GrantStatus;
import dev.millrace.account.Lease;
import dev.millrace.account.SyncRun;
import dev.millrace.account.SyncRuns;
import dev.millrace.account.SyncState;
import dev.millrace.account.SyncStates;
import dev.millrace.account.SyncTrigger;
import dev.millrace.account.TokenProvider;
import dev.millrace.account.UnauthorizedException;
import dev.millrace.job.AdminAlerts;
import dev.millrace.job.PermanentException;
import dev.millrace.job.SkippedException;
import dev.millrace.job.WaitException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * The job google-contacts-sync: copies a user's Google contacts in.
 *
 * <p>It decides whether to run at all, holds the lease while it does, and judges the outcome: what
 * counts against the breaker, when the next sync is due, which jobs follow. The reading itself is
 * {@link ContactsReader}'s and {@link GroupsReader}'s.
 */
@Component
public class ContactsSync {

  private static final String ALERT = "contacts_mass_archive";

  private final GoogleConnections connections;
  private final SyncStates states;
  private final SyncRuns runs;
  private final ContactsReader reader;
  private final GroupsReader groups;
  private final TokenProvider tokens;
  private final AdminAlerts alerts;
  private final ContactsSyncProperties settings;
  private final Clock clock;

  ContactsSync(
      GoogleConnections connections,
      SyncStates states,
      SyncRuns runs,
      ContactsReader reader,
      GroupsReader groups,
      TokenProvider tokens,
      AdminAlerts alerts,
      ContactsSyncProperties settings,
      Clock clock) {
    this.connections = connections;
    this.states = states;
    this.runs = runs;
    this.reader = reader;
    this.groups = groups;
    this.tokens = tokens;
    this.alerts = alerts;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Reads one user's contacts. Says also what went wrong on the way.
   *
   * @param payload {@code userId}, {@code syncType} (full or incremental, the default), {@code
   *     trigger}, and {@code allowMassArchive} for an operator who looked into a stopped read
   * @param attemptsMade before this one; a job counts once against the breaker, not each attempt
   * @throws SkippedException {@code not_connected}, {@code needs_reauth} or {@code breaker_open}
   * @throws WaitException if the connection is being synced elsewhere
   * @throws PermanentException if the payload makes no sense
   */
  public ContactsSyncResult sync(Map<String, Object> payload, String jobId, Integer attemptsMade) {
    ContactsSyncRequest request = ContactsSyncRequest.of(payload);
    GoogleConnection connection =
        connections
            .find(request.userId(), GOOGLE_CONTACTS)
            .filter(found -> found.status() != GrantStatus.DISCONNECTED)
            .orElseThrow(() -> new SkippedException("not_connected"));
    ContactsRun run = new ContactsRun(connection, request, jobId, clock.instant());
    if (connection.status() != GrantStatus.ACTIVE) {
      throw skipped(run, "needs_reauth");
    }
    if (request.trigger() == SyncTrigger.RECONNECT) {
      states.reset(connection.id());
    }
    SyncState state = states.load(connection.id(), GOOGLE_CONTACTS);
    if (state.blocks(request.trigger(), run.startedAt())) {
      throw skipped(run, "breaker_open");
    }
    try (Lease lease = states.lease(connection.id(), settings.lease())) {
      ContactsProgress progress = new ContactsProgress();
      try {
        return synced(run, state, lease, progress);
      } catch (RuntimeException failure) {
        int made = attemptsMade == null ? 0 : attemptsMade;
        return judge(run, lease, state, progress, failure, made);
      }
    }
  }

  /** The job's return value, once what follows is on its way; or what ended the run early. */
  public Map<String, Object> settle(ContactsSyncResult synced) {
    if (synced.failure() != null) {
      throw synced.failure();
    }
    return synced.result();
  }

  private ContactsSyncResult synced(
      ContactsRun run, SyncState state, Lease lease, ContactsProgress progress) {
    readGranted(run, lease, progress);
    Optional<DeadGrantException> dead = groups.read(run.connection(), lease, progress);
    states.succeeded(
        lease, state, GOOGLE_CONTACTS, run.request().trigger(), progress.changed(), false);
    runs.staleness(GOOGLE_CONTACTS, state.lastSuccessAt());
    runs.add(GOOGLE_CONTACTS, run.ended(progress, SyncRun.Result.SUCCESS, null));
    alerts.close(GoogleAnswers.PEOPLE_DISABLED);
    if (progress.full()) {
      alerts.close(alertKey(run.connection().id()));
    }
    return ContactsSyncResult.success(
        run.connection(), progress, state.lastSuccessAt() == null, dead.orElse(null));
  }

  private void readGranted(ContactsRun run, Lease lease, ContactsProgress progress) {
    try {
      reader.read(run.connection(), run.request(), lease, progress);
    } catch (GoogleRefusal.Forbidden refused) {
      throw refused.scopeMissing() ? tokens.dead(run.connection().id(), "scope_missing") : refused;
    }
  }

  private ContactsSyncResult judge(
      ContactsRun run,
      Lease lease,
      SyncState state,
      ContactsProgress progress,
      RuntimeException failure,
      int attemptsMade) {
    GoogleConnection connection = run.connection();
    if (failure instanceof WaitException) {
      // nothing is wrong, so neither the breaker nor the history has to know
      return ContactsSyncResult.failed(connection, failure);
    }
    String reason = ContactsRun.reason(failure);
    if (failure instanceof DeadGrantException dead) {
      runs.add(GOOGLE_CONTACTS, run.ended(progress, SyncRun.Result.SKIPPED, reason));
      return ContactsSyncResult.dead(connection, dead);
    }
    if (failure instanceof UnauthorizedException
        && attemptsMade > 0
        && runs.lastReason(connection.id()).filter(reason::equals).isPresent()) {
      runs.add(GOOGLE_CONTACTS, run.ended(progress, SyncRun.Result.SKIPPED, reason));
      return ContactsSyncResult.skipped(connection, reason);
    }
    if (failure instanceof MassArchiveException stopped) {
      alert(connection.id(), stopped);
    }
    if (failure instanceof ConfigurationException broken) {
      alerts.raise(broken.alert(), broken.key(), Map.of("message", broken.getMessage()));
    }
    try {
      if (failure instanceof PermanentException) {
        states.putOff(lease, state);
      } else if (attemptsMade == 0) {
        states.failed(lease, state);
      }
    } catch (WaitException lost) {
      return ContactsSyncResult.failed(connection, lost);
    }
    runs.add(GOOGLE_CONTACTS, run.ended(progress, SyncRun.Result.FAILURE, reason));
    return ContactsSyncResult.failed(connection, failure);
  }

  private void alert(UUID connection, MassArchiveException stopped) {
    alerts.raise(
        ALERT,
        alertKey(connection),
        Map.of(
            "connectionId", connection.toString(),
            "linked", stopped.linked(),
            "missing", stopped.missing(),
            "detail", stopped.getMessage()));
  }

  private static String alertKey(UUID connection) {
    return ALERT + ":" + connection;
  }

  private SkippedException skipped(ContactsRun run, String reason) {
    runs.add(GOOGLE_CONTACTS, run.ended(new ContactsProgress(), SyncRun.Result.SKIPPED, reason));
    return new SkippedException(reason);
  }
}
