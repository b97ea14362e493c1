package dev.millrace.suggestion;

import dev.millrace.job.SqlInstant;
import dev.millrace.suggestion.SharedActivity.Joiner;
import dev.millrace.suggestion.SharedActivity.Upcoming;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Finds events of a user that a contact may like to join: two queries, each with a bound. */
@Component
class SharedActivities {

  /** What begins sooner cannot be arranged any more. */
  static final Duration LEAD = Duration.ofHours(2);

  /** An event sooner than this is told at once: the next digest may come too late. */
  static final Duration SOON = Duration.ofHours(24);

  static final int MOST_OPEN = 2;
  static final int MOST_EVENTS = 100;
  static final int MOST_CONTACTS = 1000;

  /** An event that was proposed once is not proposed again, unless the user never saw it. */
  private static final String EVENTS =
      """
      SELECT e.calendar_id, e.google_event_id, e.summary, e.location, e.start_at, e.end_at
      FROM calendar_events e JOIN calendars k ON k.id = e.calendar_id
      WHERE e.user_id = :user AND e.start_at >= :earliest AND e.start_at < :latest
        AND e.end_at > e.start_at AND NOT e.all_day AND k.selected AND k.removed_at IS NULL
        AND e.event_type IN ('default', 'fromGmail')
        AND e.self_response IS DISTINCT FROM 'declined'
        AND (e.summary IS NOT NULL OR e.location IS NOT NULL)
        AND NOT EXISTS (
          SELECT 1 FROM suggestions s
          WHERE s.user_id = e.user_id AND s.google_event_id = e.google_event_id
            AND s.state <> 'superseded'
            AND (s.dismiss_reason IS NULL
              OR s.dismiss_reason NOT IN ('event_changed', 'refresh', 'contact_removed')))
      ORDER BY e.start_at, e.google_event_id, e.calendar_id LIMIT :most
      """;

  private static final String JOINERS =
      """
      SELECT c.id, c.name, c.frequency, c.close_friend, c.last_contact_at, c.location,
             coalesce(c.last_contact_at, c.created_at) AS since, coalesce(t.tags, '{}') AS tags
      FROM contacts c
      CROSS JOIN LATERAL (
        SELECT array_agg(tag ORDER BY tag) AS tags FROM contact_tags WHERE contact_id = c.id) AS t
      WHERE %s
        AND (c.location IS NOT NULL OR t.tags IS NOT NULL)
      ORDER BY c.close_friend DESC, since, c.id LIMIT :most
      """
          .formatted(DueContacts.FREE);

  private final JdbcClient jdbc;

  SharedActivities(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The events of the next time, each with who may like to join it, the best match first. */
  List<SharedActivity> of(UUID userId, ZoneId zone, Instant now, Instant latest) {
    List<Upcoming> events =
        jdbc.sql(EVENTS)
            .param("user", userId)
            .param("earliest", SqlInstant.of(now.plus(LEAD)))
            .param("latest", SqlInstant.of(latest))
            .param("most", MOST_EVENTS)
            .query((rs, row) -> upcoming(rs))
            .list();
    if (events.isEmpty()) {
      return List.of();
    }
    LocalDate today = LocalDate.ofInstant(now, zone);
    List<Joiner> joiners =
        jdbc.sql(JOINERS)
            .param("user", userId)
            .param("now", SqlInstant.of(now))
            .param("most", MOST_CONTACTS)
            .query((rs, row) -> joiner(rs, zone, today))
            .list();
    return SharedActivity.among(events, joiners);
  }

  /**
   * Those that are to be told at once: their event begins within a day, and no message had them.
   */
  List<UUID> soon(UUID userId, Instant now) {
    return jdbc.sql(
            """
            SELECT id FROM suggestions
            WHERE user_id = :user AND state = 'pending' AND trigger = 'shared_activity'
              AND first_sent_at IS NULL AND slot_start > :now AND slot_start < :soon
            ORDER BY slot_start, id
            """)
        .param("user", userId)
        .param("now", SqlInstant.of(now))
        .param("soon", SqlInstant.of(now.plus(SOON)))
        .query(UUID.class)
        .list();
  }

  private static Upcoming upcoming(ResultSet rs) throws SQLException {
    return Upcoming.of(
        new Proposal.Event(
            rs.getObject("calendar_id", UUID.class),
            rs.getString("google_event_id"),
            new TimeSpan(SqlInstant.read(rs, "start_at"), SqlInstant.read(rs, "end_at"))),
        rs.getString("summary"),
        rs.getString("location"));
  }

  private static Joiner joiner(ResultSet rs, ZoneId zone, LocalDate today) throws SQLException {
    return Joiner.of(
        DueContacts.read(rs, zone, today),
        List.of((String[]) rs.getArray("tags").getArray()),
        rs.getString("location"));
  }
}
