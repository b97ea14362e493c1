package dev.millrace.suggestion;

import dev.millrace.job.AdminAlerts;
import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Tells the operator when nobody gets a suggestion although contacts wait for one. */
@Component
class SuggestionSilence {

  static final String ALERT = "suggestions_silent";

  /** Four sweeps. */
  static final Duration TOO_LONG = Duration.ofHours(24);

  /**
   * Users who had room and something to fill it with all the time: an active calendar, a contact
   * who was due before, no list that is full or changed meanwhile.
   */
  private static final String WAITING =
      """
      SELECT count(*) FROM users u
      JOIN google_connections g
        ON g.user_id = u.id AND g.integration = 'google_calendar' AND g.status = 'active'
      WHERE u.deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM suggestions s
                        WHERE s.user_id = u.id AND s.state_changed_at > :since)
        AND (SELECT count(*) FROM suggestions s
             WHERE s.user_id = u.id AND s.state IN ('pending', 'snoozed')) < :mostOpen
        AND EXISTS (
          SELECT 1 FROM contacts c
          WHERE c.user_id = u.id AND c.archived_at IS NULL AND c.frequency <> 'na'
            AND (c.do_not_suggest_until IS NULL OR c.do_not_suggest_until <= :since)
            AND coalesce(c.last_contact_at, c.created_at) <= CAST(:since AS timestamptz) - %s
            AND NOT EXISTS (
              SELECT 1 FROM suggestion_contacts sc JOIN suggestions s ON s.id = sc.suggestion_id
              WHERE sc.contact_id = c.id
                AND (sc.is_open OR (s.state = 'accepted' AND s.slot_end > :since))))
      """
          .formatted(DueContacts.WANTED_EVERY);

  private final JdbcClient jdbc;
  private final AdminAlerts alerts;
  private final Clock clock;

  SuggestionSilence(JdbcClient jdbc, AdminAlerts alerts, Clock clock) {
    this.jdbc = jdbc;
    this.alerts = alerts;
    this.clock = clock;
  }

  /** Raises the alert, or closes it where nobody waits in vain. */
  void check() {
    Instant since = clock.instant().minus(TOO_LONG);
    int waiting = anyMadeSince(since) ? 0 : waiting(since);
    if (waiting > 0) {
      alerts.raise(ALERT, ALERT, Map.of("usersWaiting", waiting, "since", since.toString()));
    } else {
      end();
    }
  }

  /** Somebody was offered something. */
  void end() {
    alerts.close(ALERT);
  }

  private boolean anyMadeSince(Instant since) {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT 1 FROM suggestions
                           WHERE created_at > :since AND replaces_id IS NULL)
            """)
        .param("since", SqlInstant.of(since))
        .query(Boolean.class)
        .single();
  }

  private int waiting(Instant since) {
    return jdbc.sql(WAITING)
        .param("since", SqlInstant.of(since))
        .param("mostOpen", Suggestions.MOST_OPEN)
        .query(Integer.class)
        .single();
  }
}
