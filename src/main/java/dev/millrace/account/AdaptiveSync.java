package dev.millrace.account;

import dev.millrace.job.Batches;
import dev.millrace.job.JobFields;
import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Decides whose calendar or contacts are due to be read. Due rows are claimed by pushing their next
 * time forward, which needs no undo: where enqueueing fails the claim simply runs out.
 */
@Component
public class AdaptiveSync {

  /** Rows a run; where there are more, the job enqueues itself again. */
  static final int MOST_CLAIMED = 200;

  static final Duration CLAIM = Duration.ofMinutes(30);

  /** Who waits longer than this goes ahead of the usual spreading. */
  static final Duration OVERDUE = Duration.ofHours(1);

  private static final String CALENDAR = "google_calendar";
  private static final List<String> INTEGRATIONS = List.of(CALENDAR, "google_contacts");

  private static final String DUE =
      """
      FROM sync_state s JOIN google_connections g ON g.id = s.connection_id
      WHERE g.integration = CAST(:integration AS integration) AND g.status = 'active'
        AND s.next_sync_at <= :now
        AND (s.breaker <> 'open' OR s.breaker_retry_at <= :now)
        AND (s.lease_until IS NULL OR s.lease_until < :now)
      """;

  private static final String CLAIM_DUE =
      "WITH due AS (SELECT s.connection_id, g.user_id, s.next_sync_at, s.breaker "
          + DUE
          + """
        ORDER BY s.next_sync_at
        LIMIT :most
        FOR UPDATE OF s SKIP LOCKED)
      UPDATE sync_state s
      SET next_sync_at = :claimedUntil,
          breaker = CASE WHEN s.breaker = 'open' THEN 'half_open' ELSE s.breaker END
      FROM due
      WHERE s.connection_id = due.connection_id
      RETURNING due.connection_id, due.user_id,
                due.next_sync_at < :overdueBefore AS overdue, due.breaker = 'open' AS half_opened
      """;

  /** An account whose first sync was never enqueued would otherwise never be due. */
  private static final String WITHOUT_STATE =
      """
      FROM google_connections g
      WHERE g.integration = CAST(:integration AS integration) AND g.status = 'active'
        AND NOT EXISTS (SELECT 1 FROM sync_state s WHERE s.connection_id = g.id)
      """;

  private static final String ADD_MISSING =
      """
      INSERT INTO sync_state (connection_id, interval_s, next_sync_at, onboarding_until)
      SELECT g.id, :interval, :now, :onboarding
      """
          + WITHOUT_STATE
          + " ON CONFLICT DO NOTHING";

  private static final String CHANGED_PUSH =
      """
      FROM (SELECT g.id, coalesce(p.until > :now, false) AS pushed
            FROM google_connections g LEFT JOIN pushed_connections p ON p.connection_id = g.id
            WHERE g.integration = 'google_calendar' AND g.status = 'active') now
      WHERE s.connection_id = now.id AND s.pushed <> now.pushed AND s.last_success_at IS NOT NULL
      """;

  /** Push came or went since the interval was reckoned: the other pace begins at its base. */
  private static final String REBALANCE =
      """
      UPDATE sync_state s
      SET pushed = now.pushed, no_change_runs = 0,
          interval_s = CASE WHEN now.pushed THEN :pushedBase ELSE :base END,
          next_sync_at = CASE WHEN now.pushed THEN s.next_sync_at
                              ELSE least(s.next_sync_at, greatest(:now, s.last_success_at
                                + :base * (:soonest + :range * random()) * interval '1 second')) END
      """
          + CHANGED_PUSH;

  private static final Duration ONBOARDING = Duration.ofHours(24);

  private final JdbcClient jdbc;
  private final SyncHealth health;
  private final Clock clock;

  AdaptiveSync(JdbcClient jdbc, SyncHealth health, Clock clock) {
    this.jdbc = jdbc;
    this.health = health;
    this.clock = clock;
  }

  /**
   * The claimed connections as payloads of their sync queue.
   *
   * @param due to be spread over ten minutes
   * @param overdue to be spread over one minute
   * @param more payload of another run where this one could not take all, else none
   */
  public record Claimed(
      String integration,
      List<List<Map<String, Object>>> due,
      List<List<Map<String, Object>>> overdue,
      List<Map<String, Object>> more,
      Map<String, Integer> result) {}

  /** Whether a claim would find anything, or has to take back what it reported as overdue. */
  public boolean due(String integration) {
    return health.reportsOverdue(Integration.of(integration))
        || (integration.equals(CALENDAR) && pushChanged())
        || jdbc.sql(
                "SELECT EXISTS (SELECT 1 " + DUE + ") OR EXISTS (SELECT 1 " + WITHOUT_STATE + ")")
            .param("integration", integration)
            .param("now", SqlInstant.of(clock.instant()))
            .query(Boolean.class)
            .single();
  }

  /**
   * Claims at most 200 connections that are due, active, not held by a running sync and not behind
   * an open breaker; a breaker whose pause is over lets one trial through.
   *
   * @param payload {@code integrationType}: google_calendar or google_contacts
   */
  public Claimed claim(Map<String, Object> payload) {
    String integration = JobFields.text(payload, "integrationType", null);
    if (integration == null || !INTEGRATIONS.contains(integration)) {
      throw JobFields.invalid("integrationType", integration, "one of " + INTEGRATIONS);
    }
    Instant now = clock.instant();
    addMissing(integration, now);
    // by the old pace: what push just lost makes late is no backlog
    health.observe(Integration.of(integration));
    int rebalanced = integration.equals(CALENDAR) ? rebalance(now) : 0;
    List<Row> rows =
        jdbc.sql(CLAIM_DUE)
            .param("integration", integration)
            .param("now", SqlInstant.of(now))
            .param("most", MOST_CLAIMED)
            .param("claimedUntil", SqlInstant.of(now.plus(CLAIM)))
            .param("overdueBefore", SqlInstant.of(now.minus(OVERDUE)))
            .query(
                (rs, row) ->
                    new Row(
                        rs.getObject("connection_id", UUID.class),
                        rs.getObject("user_id", UUID.class),
                        rs.getBoolean("overdue"),
                        rs.getBoolean("half_opened")))
            .list();
    return new Claimed(
        integration,
        payloads(integration, rows.stream().filter(row -> !row.overdue())),
        payloads(integration, rows.stream().filter(Row::overdue)),
        rows.size() == MOST_CLAIMED ? List.of(Map.of("integrationType", integration)) : List.of(),
        Map.of(
            "claimed",
            rows.size(),
            "overdue",
            (int) rows.stream().filter(Row::overdue).count(),
            "rebalanced",
            rebalanced,
            "halfOpened",
            (int) rows.stream().filter(Row::halfOpened).count()));
  }

  private void addMissing(String integration, Instant now) {
    jdbc.sql(ADD_MISSING)
        .param("integration", integration)
        .param("interval", Integration.of(integration).pace(false).base().toSeconds())
        .param("now", SqlInstant.of(now))
        .param("onboarding", SqlInstant.of(now.plus(ONBOARDING)))
        .update();
  }

  private boolean pushChanged() {
    // the table of an UPDATE has to be named in a query
    return jdbc.sql(
            "SELECT EXISTS (SELECT 1 FROM sync_state s, LATERAL (SELECT 1 "
                + CHANGED_PUSH
                + ") changed)")
        .param("now", SqlInstant.of(clock.instant()))
        .query(Boolean.class)
        .single();
  }

  private int rebalance(Instant now) {
    return jdbc.sql(REBALANCE)
        .param("now", SqlInstant.of(now))
        .param("base", Integration.GOOGLE_CALENDAR.pace(false).base().toSeconds())
        .param("soonest", SyncSchedule.SOONEST)
        .param("range", SyncSchedule.LATEST - SyncSchedule.SOONEST)
        .param("pushedBase", Integration.GOOGLE_CALENDAR.pace(true).base().toSeconds())
        .update();
  }

  private static List<List<Map<String, Object>>> payloads(String integration, Stream<Row> rows) {
    return Batches.of(rows.map(row -> row.payload(integration)).toList());
  }

  private record Row(UUID connectionId, UUID userId, boolean overdue, boolean halfOpened) {

    Map<String, Object> payload(String integration) {
      Map<String, Object> common =
          Map.of(
              "userId", userId.toString(),
              "connectionId", connectionId.toString(),
              "trigger", "scheduled");
      if (integration.equals(CALENDAR)) {
        return common;
      }
      Map<String, Object> contacts = new HashMap<>(common);
      contacts.put("syncType", "incremental");
      return contacts;
    }
  }
}
