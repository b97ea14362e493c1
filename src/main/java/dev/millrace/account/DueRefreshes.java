package dev.millrace.account;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What a sweep over grants has to do. */
@Component
class DueRefreshes {

  /** The job that tells the user follows a discovery by a minute. */
  private static final Duration TOLD_WITHIN = Duration.ofMinutes(10);

  private static final int MOST_UNNOTICED = 500;

  /** Every grant is refreshed once a day. */
  private static final Duration LATELY = Duration.ofHours(48);

  private final JdbcClient jdbc;
  private final Clock clock;

  DueRefreshes(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * The next connections to refresh, after the given place in the order of due times. One whose
   * time is not known is due.
   */
  List<DueRefresh> after(DueRefresh last, Instant now, int limit) {
    return jdbc.sql(
            """
            SELECT id, token_version, coalesce(next_refresh_at, :never) AS due_at
            FROM google_connections
            WHERE status = 'active' AND (next_refresh_at <= :now OR next_refresh_at IS NULL)
              AND (coalesce(next_refresh_at, :never), id) > (:afterTime, :afterId)
            ORDER BY due_at, id LIMIT :limit""")
        .param("never", SqlInstant.of(DueRefresh.START.nextRefreshAt()))
        .param("now", SqlInstant.of(now))
        .param("afterTime", SqlInstant.of(last.nextRefreshAt()))
        .param("afterId", last.id())
        .param("limit", limit)
        .query(
            (row, i) ->
                new DueRefresh(
                    row.getObject("id", UUID.class),
                    SqlInstant.read(row, "due_at"),
                    row.getInt("token_version")))
        .list();
  }

  /** Whether any stored token was opened lately, so that the key cannot be the wrong one. */
  boolean keyIsRight() {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT FROM google_connections
                           WHERE status = 'active' AND refresh_failures = 0
                             AND last_refreshed_at > :lately AND next_refresh_at > :now)""")
        .param("now", SqlInstant.of(clock.instant()))
        .param("lately", SqlInstant.of(clock.instant().minus(LATELY)))
        .query(Boolean.class)
        .single();
  }

  /** Dead grants of which nobody told the user: the job that should have was lost on its way. */
  List<UUID> unnoticed() {
    return jdbc.sql(
            """
            SELECT g.id FROM google_connections g
            JOIN users u ON u.id = g.user_id AND u.deleted_at IS NULL
            WHERE g.status = 'needs_reauth' AND g.status_changed_at < :before
              AND NOT EXISTS (
                SELECT FROM notices n
                WHERE n.user_id = g.user_id AND n.kind = 'token_invalid'
                  AND n.subject_key = g.id::text
                  AND (n.opened_at >= g.status_changed_at OR n.resolved_at IS NULL))
            ORDER BY g.status_changed_at LIMIT :most""")
        .param("before", SqlInstant.of(clock.instant().minus(TOLD_WITHIN)))
        .param("most", MOST_UNNOTICED)
        .query(UUID.class)
        .list();
  }
}
