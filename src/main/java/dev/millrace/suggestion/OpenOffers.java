package dev.millrace.suggestion;

import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads suggestions together with what they rest on: contacts that are not archived, and the event
 * where there is one. From the database, never from a cache. Their rows are locked: an answer that
 * the user gives at this moment comes before or after all that follows, and not into the midst of
 * it.
 */
@Component
class OpenOffers {

  private static final String OFFERS =
      """
      SELECT s.id, s.user_id, s.slot_start, s.slot_end, s.trigger = 'timebound' AS timebound,
             s.state = 'accepted' AS accepted, s.snoozed_until, s.google_event_id,
             (SELECT coalesce(array_agg(c.name ORDER BY c.name), '{}')
              FROM suggestion_contacts sc JOIN contacts c ON c.id = sc.contact_id
              WHERE sc.suggestion_id = s.id) AS names,
             (SELECT coalesce(bool_or(c.archived_at IS NOT NULL), true)
              FROM suggestion_contacts sc JOIN contacts c ON c.id = sc.contact_id
              WHERE sc.suggestion_id = s.id) AS contact_gone,
             e.start_at AS event_start, e.end_at AS event_end
      FROM suggestions s
      LEFT JOIN calendars k
        ON k.id = s.calendar_id AND k.selected AND k.removed_at IS NULL
      LEFT JOIN calendar_events e
        ON e.calendar_id = k.id AND e.google_event_id = s.google_event_id AND NOT e.all_day
        AND e.end_at > e.start_at AND e.self_response IS DISTINCT FROM 'declined'
      WHERE s.user_id = :user AND %s
      FOR UPDATE OF s
      """;

  private static final String OPEN =
      OFFERS.formatted(
          """
          (s.state IN ('pending', 'snoozed') OR (s.state = 'accepted' AND s.slot_end > :now))
          ORDER BY timebound, s.slot_start, s.id
          """);

  private static final String TO_WAKE =
      OFFERS.formatted(
          """
          s.state = 'snoozed' AND s.snoozed_until <= :now
          ORDER BY s.priority DESC, s.slot_start, s.id
          """);

  private static final String ONE = OFFERS.formatted("s.id = :id");

  /** A message that may still leave, or left, carries an offer; so it does after a move. */
  private static final String DISMISS_UNSENT =
      """
      WITH RECURSIVE carried AS (
        SELECT i.suggestion_id AS id
        FROM outbound_messages m JOIN digest_items i ON i.message_id = m.id
        WHERE m.user_id = :user AND m.state NOT IN ('suppressed', 'failed')
        UNION
        SELECT s.id FROM suggestions s JOIN carried ON s.replaces_id = carried.id
        WHERE s.user_id = :user)
      UPDATE suggestions SET state = 'dismissed', dismiss_reason = :reason
      WHERE user_id = :user AND state = 'pending' AND first_sent_at IS NULL
        AND id NOT IN (SELECT id FROM carried)
      RETURNING trigger
      """;

  private final JdbcClient jdbc;

  OpenOffers(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Those about an event first, because offers of a time of their own give way to them; then
   * earliest first.
   */
  List<OpenOffer> of(UUID userId, Instant now) {
    return at(OPEN, userId, now);
  }

  /** Those whose snooze is over, the most important first. */
  List<OpenOffer> toWake(UUID userId, Instant now) {
    return at(TO_WAKE, userId, now);
  }

  OpenOffer one(UUID userId, UUID id) {
    return jdbc.sql(ONE)
        .param("user", userId)
        .param("id", id)
        .query((rs, row) -> offer(rs))
        .single();
  }

  private List<OpenOffer> at(String sql, UUID userId, Instant now) {
    return jdbc.sql(sql)
        .param("user", userId)
        .param("now", SqlInstant.of(now))
        .query((rs, row) -> offer(rs))
        .list();
  }

  /** Withdraws what waits for an answer and is in no message yet. */
  List<String> dismissUnsent(UUID userId, String reason) {
    return jdbc.sql(DISMISS_UNSENT)
        .param("user", userId)
        .param("reason", reason)
        .query(String.class)
        .list();
  }

  private static OpenOffer offer(ResultSet rs) throws SQLException {
    Instant eventStart = SqlInstant.read(rs, "event_start");
    return new OpenOffer(
        new Suggestion(
            rs.getObject("id", UUID.class),
            rs.getObject("user_id", UUID.class),
            new TimeSpan(SqlInstant.read(rs, "slot_start"), SqlInstant.read(rs, "slot_end")),
            rs.getBoolean("timebound")),
        rs.getBoolean("accepted"),
        SqlInstant.read(rs, "snoozed_until"),
        List.of((String[]) rs.getArray("names").getArray()),
        rs.getBoolean("contact_gone"),
        rs.getString("google_event_id"),
        eventStart == null ? null : new TimeSpan(eventStart, SqlInstant.read(rs, "event_end")));
  }
}
