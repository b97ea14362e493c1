package dev.millrace.calendar;

import static dev.millrace.account.Integration.GOOGLE_CALENDAR;

import dev.millrace.account.ConfigurationException;
import dev.millrace.account.DeadGrantException;
import dev.millrace.account.GoogleConnection;
import dev.millrace.account.GoogleConnections;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.GrantStatus;
import dev.millrace.account.Lease;
import dev.millrace.account.SyncRun;
import dev.millrace.account.SyncRuns;
import dev.millrace.account.SyncState;
import dev.millrace.account.SyncStates;
import dev.millrace.account.SyncTrigger;
import dev.millrace.account.UnauthorizedException;
import dev.millrace.job.PermanentException;
import dev.millrace.job.WaitException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * The job calendar-sync: brings the copy of one user's calendars up to date.
 *
 * <p>It decides whether to run at all, holds the lease while it does, and judges the outcome: what
 * counts against the breaker, when the next sync is due, which jobs follow. The reading itself is
 * {@link CalendarReading}'s.
 */
@Component
public class CalendarSync {

  private final GoogleConnections connections;
  private final SyncStates states;
  private final SyncRuns runs;
  private final CalendarReading reading;
  private final ProbeVerdict verdict;
  private final FollowUpRule followUps;
  private final Calendars calendars;
  private final TransactionOperations transaction;
  private final CalendarSyncProperties settings;
  private final Clock clock;

  CalendarSync(
      GoogleConnections connections,
      SyncStates states,
      SyncRuns runs,
      CalendarReading reading,
      ProbeVerdict verdict,
      FollowUpRule followUps,
      Calendars calendars,
      TransactionOperations transaction,
      CalendarSyncProperties settings,
      Clock clock) {
    this.connections = connections;
    this.states = states;
    this.runs = runs;
    this.reading = reading;
    this.verdict = verdict;
    this.followUps = followUps;
    this.calendars = calendars;
    this.transaction = transaction;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Runs one job.
   *
   * @param data {@code {"userId", "calendarId"?, "trigger"?}}
   * @param attemptsMade before this one; a job counts once against the breaker, not each attempt
   * @return also what went wrong on the way; {@link #settle} throws it
   * @throws WaitException if the connection is being synced elsewhere
   * @throws PermanentException if the data cannot be read
   */
  public CalendarSyncResult run(Map<String, Object> data, String jobId, Integer attemptsMade) {
    CalendarSyncRequest request = CalendarSyncRequest.of(data);
    Optional<GoogleConnection> found = connections.find(request.userId(), GOOGLE_CALENDAR);
    if (found.isEmpty() || found.get().status() == GrantStatus.DISCONNECTED) {
      return CalendarSyncResult.skipped("not_connected");
    }
    Run run = new Run(found.get(), request.trigger(), jobId, clock.instant());
    if (run.connection().status() == GrantStatus.NEEDS_REAUTH) {
      return skipped(run, "needs_reauth");
    }
    if (run.trigger() == SyncTrigger.RECONNECT) {
      states.reset(run.connection().id());
    }
    SyncState state = states.load(run.connection().id(), GOOGLE_CALENDAR);
    if (state.blocks(run.trigger(), run.startedAt())) {
      return skipped(run, "breaker_open");
    }
    try (Lease lease = states.lease(run.connection().id(), settings.lease())) {
      // whoever held the lease before may have changed it
      SyncState before = states.load(run.connection().id(), GOOGLE_CALENDAR);
      boolean listedLately = listedLately(before, run.startedAt());
      SyncProgress progress = new SyncProgress();
      RuntimeException failure =
          reading.read(run.connection(), request, listedLately, lease, progress);
      int attempts = attemptsMade == null ? 0 : attemptsMade;
      try {
        return judge(run, lease, before, progress, failure, attempts);
      } catch (WaitException lost) {
        // What was written stays written; schedule and history are somebody else's by now.
        FollowUps partial = followUps.afterPart(run.connection(), progress, lost);
        return CalendarSyncResult.of(progress, null, partial, lost);
      }
    }
  }

  /** The job's return value, once the follow-ups are on their way; or what ended the run. */
  public CalendarSyncResult settle(CalendarSyncResult result) {
    if (result.failure() != null) {
      throw result.failure();
    }
    return result;
  }

  private boolean listedLately(SyncState state, Instant now) {
    return state.listedAt() != null && state.listedAt().plus(settings.listFor()).isAfter(now);
  }

  private CalendarSyncResult judge(
      Run run,
      Lease lease,
      SyncState state,
      SyncProgress progress,
      RuntimeException failure,
      int attemptsMade) {
    if (failure == null) {
      return transaction.execute(status -> succeeded(run, lease, state, progress));
    }
    FollowUps partial = followUps.afterPart(run.connection(), progress, failure);
    if (failure instanceof WaitException) {
      // nothing is wrong, so neither the breaker nor the history has to know
      return CalendarSyncResult.of(progress, null, partial, failure);
    }
    if (failure instanceof DeadGrantException dead) {
      runs.add(GOOGLE_CALENDAR, run.ended(progress, SyncRun.Result.SKIPPED, dead.reason()));
      return CalendarSyncResult.of(progress, dead.reason(), partial, null);
    }
    String reason = reason(failure);
    if (failure instanceof UnauthorizedException
        && attemptsMade > 0
        && runs.lastReason(state.connectionId()).filter(reason::equals).isPresent()) {
      runs.add(GOOGLE_CALENDAR, run.ended(progress, SyncRun.Result.SKIPPED, reason));
      return CalendarSyncResult.of(progress, reason, partial, null);
    }
    if (failure instanceof PermanentException) {
      // one calendar that cannot be read, pushed all the time, must not keep the others from
      // polling
      if (progress.complete()) {
        states.putOff(lease, state);
      }
    } else if (attemptsMade == 0) {
      states.failed(lease, state);
    }
    runs.add(GOOGLE_CALENDAR, run.ended(progress, SyncRun.Result.FAILURE, reason));
    return CalendarSyncResult.of(progress, null, partial, failure);
  }

  private CalendarSyncResult succeeded(
      Run run, Lease lease, SyncState state, SyncProgress progress) {
    if (progress.apiCalls() == 0 && !progress.complete()) {
      // a late push about a calendar that is not read any more says nothing of the others
      return skipped(run, "nothing_wanted");
    }
    lease.renew();
    boolean changed = progress.changes().any();
    // before the pace is set, which depends on whether push works
    List<UUID> missed = verdict.judge(progress.calendars());
    if (progress.complete()) {
      runs.staleness(GOOGLE_CALENDAR, state.lastSuccessAt());
    }
    states.succeeded(
        lease,
        state,
        GOOGLE_CALENDAR,
        run.trigger(),
        changed,
        calendars.pushed(state.connectionId()),
        progress.complete());
    runs.add(GOOGLE_CALENDAR, run.ended(progress, SyncRun.Result.SUCCESS, null));
    return CalendarSyncResult.of(
        progress,
        null,
        followUps.afterSuccess(run.connection(), run.trigger(), state, progress, missed),
        null);
  }

  private CalendarSyncResult skipped(Run run, String reason) {
    runs.add(GOOGLE_CALENDAR, run.ended(new SyncProgress(), SyncRun.Result.SKIPPED, reason));
    return CalendarSyncResult.skipped(reason);
  }

  private static String reason(RuntimeException failure) {
    if (failure instanceof GoogleUnavailableException unavailable) {
      return unavailable.reason();
    }
    if (failure instanceof UnauthorizedException) {
      return "http_401";
    }
    return failure instanceof ConfigurationException broken
        ? broken.alert()
        : failure.getClass().getSimpleName();
  }

  /** What is known of a run before it starts. */
  private record Run(
      GoogleConnection connection, SyncTrigger trigger, String jobId, Instant startedAt) {

    SyncRun ended(SyncProgress progress, SyncRun.Result result, String reason) {
      return new SyncRun(
          connection.id(),
          jobId,
          trigger,
          mode(progress),
          result,
          reason,
          progress.pages(),
          progress.changes().upserted(),
          progress.changes().deleted(),
          progress.apiCalls(),
          startedAt);
    }

    private static SyncRun.Mode mode(SyncProgress progress) {
      if (progress.full() > 0) {
        return SyncRun.Mode.FULL;
      }
      return progress.incremental() > 0 ? SyncRun.Mode.INCREMENTAL : SyncRun.Mode.NONE;
    }
  }
}
