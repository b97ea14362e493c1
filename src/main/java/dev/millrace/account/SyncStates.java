package dev.millrace.account;

import dev.millrace.job.SqlInstant;
import dev.millrace.job.WaitException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of {@code sync_state}: schedule, breaker, and the lease that makes a sync single. */
@Component
public class SyncStates {

  /** Somebody else syncs: a sync in the middle of its pages rarely takes longer. */
  public static final Duration LEASE_RETRY = Duration.ofSeconds(30);

  private static final Duration ONBOARDING = Duration.ofHours(24);

  /** Whoever lost the lease does not know what happened since, e.g. that the user switched. */
  private static final String HELD = " AND lease_owner = :owner";

  private final JdbcClient jdbc;
  private final Clock clock;
  private final RandomGenerator random = RandomGenerator.getDefault();

  public SyncStates(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** The state of a connection; the first call makes it, due at once. */
  public SyncState load(UUID connectionId, Integration integration) {
    Instant now = clock.instant();
    jdbc.sql(
            """
            INSERT INTO sync_state (connection_id, interval_s, next_sync_at, onboarding_until)
            VALUES (:id, :interval, :now, :onboarding) ON CONFLICT DO NOTHING""")
        .param("id", connectionId)
        .param("interval", integration.pace(false).base().toSeconds())
        .param("now", SqlInstant.of(now))
        .param("onboarding", SqlInstant.of(now.plus(ONBOARDING)))
        .update();
    return jdbc.sql(
            """
            SELECT connection_id, interval_s, no_change_runs, failures, last_success_at,
                   onboarding_until, listed_at, breaker, breaker_retry_at, pushed
            FROM sync_state WHERE connection_id = :id""")
        .param("id", connectionId)
        .query(SyncStates::row)
        .single();
  }

  /**
   * Takes the right to sync a connection. It is held until {@link Lease#close}, or until it runs
   * out because its holder died.
   *
   * @param length longer than the job's timeout; {@link Lease#renew} starts it anew
   * @throws WaitException if somebody else holds it
   */
  public Lease lease(UUID connectionId, Duration length) {
    String owner = UUID.randomUUID().toString();
    Instant now = clock.instant();
    boolean taken =
        jdbc.sql(
                    """
                    UPDATE sync_state
                    SET lease_owner = :owner, lease_until = :until, last_attempt_at = :now
                    WHERE connection_id = :id AND (lease_until IS NULL OR lease_until <= :now)""")
                .param("owner", owner)
                .param("until", SqlInstant.of(now.plus(length)))
                .param("now", SqlInstant.of(now))
                .param("id", connectionId)
                .update()
            == 1;
    if (!taken) {
      throw new WaitException(now.plus(LEASE_RETRY), "lease_held");
    }
    return new Lease(jdbc, clock, connectionId, owner, length);
  }

  /**
   * {@link #succeeded(Lease, SyncState, Integration, SyncTrigger, boolean, boolean, boolean)} of
   * all.
   */
  public void succeeded(
      Lease lease,
      SyncState state,
      Integration integration,
      SyncTrigger trigger,
      boolean changed,
      boolean pushed) {
    succeeded(lease, state, integration, trigger, changed, pushed, true);
  }

  /**
   * Sets schedule and breaker after a sync that ended well. One that read only a part does not put
   * the next one off: what it left out may be announced by nobody.
   *
   * @param lease of the run
   * @param changed whether it changed anything here
   * @param pushed whether Google announces every change
   * @param complete whether everything was read that belongs to the connection
   * @throws WaitException if the run has lost its lease: the schedule is not its own any more
   */
  public void succeeded(
      Lease lease,
      SyncState state,
      Integration integration,
      SyncTrigger trigger,
      boolean changed,
      boolean pushed,
      boolean complete) {
    Instant now = clock.instant();
    SyncPace pace = integration.pace(pushed);
    SyncSchedule.Step step = SyncSchedule.afterSuccess(state, pace, pushed, trigger, changed);
    int written =
        jdbc.sql(
                """
            UPDATE sync_state SET
              interval_s = :interval, pushed = :pushed, no_change_runs = :quiet, failures = 0,
              last_success_at = CASE WHEN :complete THEN :now ELSE last_success_at END,
              next_sync_at = CASE WHEN :complete THEN :next ELSE least(next_sync_at, :next) END,
              breaker = 'closed', breaker_retry_at = NULL
            WHERE connection_id = :id"""
                    + HELD)
            .param("interval", step.interval().toSeconds())
            .param("pushed", pushed)
            .param("quiet", step.quietRuns())
            .param("complete", complete)
            .param("now", SqlInstant.of(now))
            .param(
                "next",
                SqlInstant.of(
                    SyncSchedule.next(now, step.interval(), pace, state.onboardingUntil(), random)))
            .param("id", state.connectionId())
            .param("owner", lease.owner())
            .update();
    requireHeld(written);
  }

  /**
   * Sets schedule and breaker after a job that failed for a reason that may pass.
   *
   * @throws WaitException if the run has lost its lease
   */
  public void failed(Lease lease, SyncState state) {
    Instant now = clock.instant();
    int failures = state.failures() + 1;
    boolean open = failures >= SyncSchedule.BREAKER_LIMIT;
    OffsetDateTime retryAt = open ? SqlInstant.of(now.plus(SyncSchedule.breakFor(failures))) : null;
    int written =
        jdbc.sql(
                """
            UPDATE sync_state SET
              failures = :failures, next_sync_at = :next,
              breaker = CASE WHEN :open THEN 'open'::breaker_state ELSE breaker END,
              breaker_retry_at = coalesce(:retryAt, breaker_retry_at)
            WHERE connection_id = :id"""
                    + HELD)
            .param("failures", failures)
            .param("next", SqlInstant.of(now.plus(SyncSchedule.retryAfter(failures))))
            .param("open", open)
            .param("retryAt", retryAt)
            .param("id", state.connectionId())
            .param("owner", lease.owner())
            .update();
    requireHeld(written);
  }

  /**
   * Sets the schedule after a run that failed for a reason that does not pass by itself: repeating
   * it soon would only fail as often. The breaker does not count it.
   *
   * @throws WaitException if the run has lost its lease
   */
  public void putOff(Lease lease, SyncState state) {
    Instant next = clock.instant().plus(SyncSchedule.spread(state.interval(), random));
    int written =
        jdbc.sql("UPDATE sync_state SET next_sync_at = :next WHERE connection_id = :id" + HELD)
            .param("next", SqlInstant.of(next))
            .param("id", state.connectionId())
            .param("owner", lease.owner())
            .update();
    requireHeld(written);
  }

  private void requireHeld(int written) {
    if (written != 1) {
      throw Lease.lost(clock.instant());
    }
  }

  /**
   * Closes the breaker, makes the connection due, and takes the lease from whoever syncs now: the
   * user connected again, so what failed before, or is about to, says nothing now.
   */
  public void reset(UUID connectionId) {
    jdbc.sql(
            """
            UPDATE sync_state
            SET breaker = 'closed', breaker_retry_at = NULL, failures = 0,
                lease_owner = NULL, lease_until = NULL,
                next_sync_at = least(next_sync_at, :now)
            WHERE connection_id = :id""")
        .param("now", SqlInstant.of(clock.instant()))
        .param("id", connectionId)
        .update();
  }

  /**
   * Forgets schedule and breaker. Whoever syncs now loses the lease with it, and writes nothing
   * more.
   */
  public void forget(UUID connectionId) {
    jdbc.sql("DELETE FROM sync_state WHERE connection_id = :id").param("id", connectionId).update();
  }

  /** Takes the lease from whoever syncs now: what is to be read has changed meanwhile. */
  public void interrupt(UUID connectionId) {
    jdbc.sql(
            """
            UPDATE sync_state SET lease_owner = NULL, lease_until = NULL
            WHERE connection_id = :id""")
        .param("id", connectionId)
        .update();
  }

  /** Makes a connection due, so that the clock finds what is wanted though no job stands for it. */
  public void hasten(UUID connectionId) {
    jdbc.sql(
            """
            UPDATE sync_state SET next_sync_at = least(next_sync_at, :now)
            WHERE connection_id = :id""")
        .param("now", SqlInstant.of(clock.instant()))
        .param("id", connectionId)
        .update();
  }

  /** Notes that the list of calendars was read to its end. */
  public void listed(UUID connectionId) {
    jdbc.sql("UPDATE sync_state SET listed_at = :now WHERE connection_id = :id")
        .param("now", SqlInstant.of(clock.instant()))
        .param("id", connectionId)
        .update();
  }

  private static SyncState row(ResultSet row, int i) throws SQLException {
    return new SyncState(
        row.getObject("connection_id", UUID.class),
        Duration.ofSeconds(row.getLong("interval_s")),
        row.getInt("no_change_runs"),
        row.getInt("failures"),
        SqlInstant.read(row, "last_success_at"),
        SqlInstant.read(row, "onboarding_until"),
        SqlInstant.read(row, "listed_at"),
        "open".equals(row.getString("breaker")),
        SqlInstant.read(row, "breaker_retry_at"),
        row.getBoolean("pushed"));
  }
}
