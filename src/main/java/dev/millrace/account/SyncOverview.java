package dev.millrace.account;

import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How far the copies of one user's data at Google are, for that user. */
@Component
public class SyncOverview {

  /** Of what was never connected. */
  public static final String NOT_CONNECTED = "not_connected";

  private static final String BREAKER_OPEN = "breaker_open";

  private final JdbcClient jdbc;
  private final Clock clock;

  public SyncOverview(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * One integration.
   *
   * @param connectionId null where it was never connected
   * @param status of the grant, or {@link #NOT_CONNECTED}
   * @param reason why nothing is synced now, e.g. {@code invalid_grant}, {@code breaker_open}; null
   *     = nothing is in the way
   * @param running whether it is being synced at this moment
   * @param lastSuccessAt null before the first
   * @param nextSyncAt null where none is planned
   * @param lastRun null before the first
   */
  public record State(
      Integration integration,
      UUID connectionId,
      String status,
      String reason,
      boolean running,
      Instant lastSuccessAt,
      Instant nextSyncAt,
      Run lastRun) {

    public boolean active() {
      return GrantStatus.ACTIVE.sql().equals(status);
    }

    public boolean needsReauth() {
      return GrantStatus.NEEDS_REAUTH.sql().equals(status);
    }
  }

  /** What the last run did. */
  public record Run(
      String trigger,
      String mode,
      String result,
      String reason,
      int pages,
      int upserted,
      int deleted,
      Instant startedAt,
      Instant finishedAt) {}

  /** Both integrations, whether connected or not. */
  public List<State> of(UUID user) {
    List<State> known =
        jdbc.sql(
                """
                SELECT c.id, c.integration, c.status, c.status_reason, s.last_success_at,
                       s.next_sync_at, coalesce(s.lease_until > :now, false) AS running,
                       coalesce(s.breaker = 'open' AND s.breaker_retry_at > :now, false) AS paused,
                       r.trigger, r.mode, r.result, r.reason, r.pages, r.upserted, r.deleted,
                       r.started_at, r.finished_at
                FROM google_connections c
                LEFT JOIN sync_state s ON s.connection_id = c.id
                LEFT JOIN LATERAL (
                  SELECT * FROM sync_runs WHERE connection_id = c.id
                  ORDER BY finished_at DESC, id DESC LIMIT 1) r ON true
                WHERE c.user_id = :user""")
            .param("now", SqlInstant.of(clock.instant()))
            .param("user", user)
            .query(SyncOverview::state)
            .list();
    return Arrays.stream(Integration.values())
        .map(
            integration ->
                known.stream()
                    .filter(state -> state.integration() == integration)
                    .findFirst()
                    .orElseGet(() -> never(integration)))
        .toList();
  }

  /** One of them. */
  public State of(UUID user, Integration integration) {
    return of(user).stream()
        .filter(state -> state.integration() == integration)
        .findFirst()
        .orElseThrow();
  }

  private static State never(Integration integration) {
    return new State(integration, null, NOT_CONNECTED, null, false, null, null, null);
  }

  private static State state(ResultSet row, int i) throws SQLException {
    GrantStatus status = GrantStatus.of(row.getString("status"));
    boolean active = status == GrantStatus.ACTIVE;
    String reason =
        active ? (row.getBoolean("paused") ? BREAKER_OPEN : null) : row.getString("status_reason");
    return new State(
        Integration.of(row.getString("integration")),
        row.getObject("id", UUID.class),
        status.sql(),
        reason,
        row.getBoolean("running"),
        SqlInstant.read(row, "last_success_at"),
        active ? SqlInstant.read(row, "next_sync_at") : null,
        row.getString("trigger") == null ? null : run(row));
  }

  private static Run run(ResultSet row) throws SQLException {
    return new Run(
        row.getString("trigger"),
        row.getString("mode"),
        row.getString("result"),
        row.getString("reason"),
        row.getInt("pages"),
        row.getInt("upserted"),
        row.getInt("deleted"),
        SqlInstant.read(row, "started_at"),
        SqlInstant.read(row, "finished_at"));
  }
}
