package dev.millrace.suggestion;

import dev.millrace.job.SqlInstant;
import java.sql.Types;
import java.time.Instant;
import java.util.UUID;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The table of suggestions. The database itself refuses a second open suggestion for a contact and
 * two offers at one time; what it refuses is told apart from failures here, behind a savepoint.
 */
@Component
class Suggestions {

  /** More open ones than this only make a user stop reading. */
  static final int MOST_OPEN = 10;

  private final JdbcClient jdbc;
  private final SuggestionMeters meters;
  private final TransactionTemplate savepoint;

  Suggestions(JdbcClient jdbc, SuggestionMeters meters, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.meters = meters;
    savepoint = new TransactionTemplate(transactions);
    savepoint.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
  }

  /**
   * Lets one transaction at a time change a user's suggestions; released with the transaction.
   *
   * <p>Until then no table is scanned as a whole: a plan that was made while a table was small
   * would be kept, and each user would cost as much as there are users. Nor is any plan compiled,
   * which PostgreSQL does where a scan that is discouraged cannot be avoided.
   */
  void lock(UUID userId) {
    jdbc.sql(
            """
            SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),
                   pg_advisory_xact_lock(hashtextextended('suggestions:' || :user, 0))
            """)
        .param("user", userId.toString())
        .query(rs -> {});
  }

  /** How many a user has open, {@code sharedActivities} among them. */
  record Open(int all, int sharedActivities) {}

  Open countOpen(UUID userId) {
    return jdbc.sql(
            """
            SELECT count(*) AS open,
                   count(*) FILTER (WHERE trigger = 'shared_activity') AS shared
            FROM suggestions WHERE user_id = :user AND state IN ('pending', 'snoozed')
            """)
        .param("user", userId)
        .query((rs, row) -> new Open(rs.getInt("open"), rs.getInt("shared")))
        .single();
  }

  /**
   * Replaces an offer by one for the same people at another time. The time of the first message
   * goes along, so the move does not count as a new suggestion. False when the slot was taken.
   */
  boolean move(Suggestion old, TimeSpan slot) {
    try {
      savepoint.executeWithoutResult(status -> replace(old, slot, null));
    } catch (DataIntegrityViolationException refused) {
      if (Refusal.ofSlot(refused)) {
        return false;
      }
      throw refused;
    }
    countMove(old);
    return true;
  }

  /** Lets an offer go to the time that its event has now; one that is put off stays so. */
  void follow(OpenOffer offer) {
    replace(offer.suggestion(), offer.eventSlot(), offer.snoozedUntil());
    countMove(offer.suggestion());
  }

  private void countMove(Suggestion old) {
    meters.entered(old.trigger(), "superseded");
    meters.moved();
  }

  /** A row of its own, so that an answer to the old time is not taken for the new one. */
  private void replace(Suggestion old, TimeSpan slot, Instant snoozedUntil) {
    jdbc.sql("UPDATE suggestions SET state = 'superseded', snoozed_until = NULL WHERE id = :id")
        .param("id", old.id())
        .update();
    UUID id = UUID.randomUUID();
    jdbc.sql(
            """
            INSERT INTO suggestions (id, user_id, kind, trigger, slot_start, slot_end, slot_zone,
                                     reasoning, priority, factors, calendar_id, google_event_id,
                                     replaces_id, first_sent_at, state, snoozed_until)
            SELECT :id, s.user_id, s.kind, s.trigger, :start, :end, u.time_zone,
                   s.reasoning, s.priority, s.factors, s.calendar_id, s.google_event_id,
                   s.id, s.first_sent_at, CAST(:state AS suggestion_state), :snoozed
            FROM suggestions s JOIN users u ON u.id = s.user_id WHERE s.id = :old
            """)
        .param("id", id)
        .param("start", SqlInstant.of(slot.start()))
        .param("end", SqlInstant.of(slot.end()))
        .param("state", snoozedUntil == null ? "pending" : "snoozed")
        .param("snoozed", SqlInstant.of(snoozedUntil), Types.TIMESTAMP_WITH_TIMEZONE)
        .param("old", old.id())
        .update();
    jdbc.sql(
            """
            INSERT INTO suggestion_contacts (suggestion_id, contact_id)
            SELECT :id, contact_id FROM suggestion_contacts WHERE suggestion_id = :old
            """)
        .param("id", id)
        .param("old", old.id())
        .update();
  }

  /** Withdraws a suggestion; the user did not choose this, so its contacts need no rest. */
  void dismiss(Suggestion suggestion, String reason) {
    jdbc.sql(
            """
            UPDATE suggestions SET state = 'dismissed', snoozed_until = NULL, dismiss_reason = :reason
            WHERE id = :id
            """)
        .param("reason", reason)
        .param("id", suggestion.id())
        .update();
    meters.entered(suggestion.trigger(), "dismissed");
  }
}
