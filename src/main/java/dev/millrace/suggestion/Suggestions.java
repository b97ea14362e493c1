package dev.millrace.suggestion;

import dev.millrace.job.SqlInstant;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.RowMapper;
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

  private static final RowMapper<Suggestion> ROW =
      (rs, row) ->
          new Suggestion(
              rs.getObject("id", UUID.class),
              rs.getObject("user_id", UUID.class),
              new TimeSpan(SqlInstant.read(rs, "slot_start"), SqlInstant.read(rs, "slot_end")),
              "timebound".equals(rs.getString("trigger")));

  private final JdbcClient jdbc;
  private final TransactionTemplate savepoint;

  Suggestions(JdbcClient jdbc, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    savepoint = new TransactionTemplate(transactions);
    savepoint.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
  }

  /** Lets one transaction at a time change a user's suggestions; released with the transaction. */
  void lock(UUID userId) {
    jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended('suggestions:' || :user, 0))")
        .param("user", userId.toString())
        .query(rs -> {});
  }

  int countOpen(UUID userId) {
    return jdbc.sql(
            "SELECT count(*) FROM suggestions WHERE user_id = :user AND state IN ('pending', 'snoozed')")
        .param("user", userId)
        .query(Integer.class)
        .single();
  }

  /** Offers that name a time of their own and wait for an answer, earliest first. */
  List<Suggestion> pendingTimebound(UUID userId) {
    return jdbc.sql(
            """
            SELECT id, user_id, slot_start, slot_end, trigger FROM suggestions
            WHERE user_id = :user AND state = 'pending' AND trigger = 'timebound'
            ORDER BY slot_start FOR UPDATE
            """)
        .param("user", userId)
        .query(ROW)
        .list();
  }

  /** Starts of the slots that the user was offered or agreed to, from {@code from} on. */
  List<Instant> promisedStarts(UUID userId, Instant from) {
    return jdbc.sql(
            """
            SELECT slot_start FROM suggestions
            WHERE user_id = :user AND slot_start >= :from AND state IN ('pending', 'accepted')
            """)
        .param("user", userId)
        .param("from", SqlInstant.of(from))
        .query((rs, row) -> SqlInstant.read(rs, "slot_start"))
        .list();
  }

  /** Offers {@code slot} to the user. False when contact or slot was taken meanwhile. */
  boolean offer(UUID userId, DueContact contact, TimeSpan slot, ZoneId zone) {
    return unlessTaken(
        () -> {
          UUID id = UUID.randomUUID();
          jdbc.sql(
                  """
                  INSERT INTO suggestions (id, user_id, kind, trigger, slot_start, slot_end,
                                           slot_zone, reasoning, priority)
                  VALUES (:id, :user, 'individual', 'timebound', :start, :end,
                          :zone, :reasoning, :priority)
                  """)
              .param("id", id)
              .param("user", userId)
              .param("start", SqlInstant.of(slot.start()))
              .param("end", SqlInstant.of(slot.end()))
              .param("zone", zone.getId())
              .param("reasoning", contact.reasoning())
              .param("priority", contact.priority())
              .update();
          jdbc.sql(
                  "INSERT INTO suggestion_contacts (suggestion_id, contact_id) VALUES (:id, :contact)")
              .param("id", id)
              .param("contact", contact.id())
              .update();
        });
  }

  /**
   * Replaces an offer by one for the same people at another time. The time of the first message
   * goes along, so the move does not count as a new suggestion. False when the slot was taken.
   */
  boolean move(Suggestion old, TimeSpan slot) {
    return unlessTaken(
        () -> {
          jdbc.sql(
                  "UPDATE suggestions SET state = 'superseded', snoozed_until = NULL WHERE id = :id")
              .param("id", old.id())
              .update();
          UUID id = UUID.randomUUID();
          jdbc.sql(
                  """
                  INSERT INTO suggestions (id, user_id, kind, trigger, slot_start, slot_end, slot_zone,
                                           reasoning, priority, factors, replaces_id, first_sent_at)
                  SELECT :id, user_id, kind, trigger, :start, :end, slot_zone,
                         reasoning, priority, factors, id, first_sent_at
                  FROM suggestions WHERE id = :old
                  """)
              .param("id", id)
              .param("start", SqlInstant.of(slot.start()))
              .param("end", SqlInstant.of(slot.end()))
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
        });
  }

  void dismiss(Suggestion suggestion, String reason) {
    jdbc.sql(
            """
            UPDATE suggestions SET state = 'dismissed', snoozed_until = NULL, dismiss_reason = :reason
            WHERE id = :id
            """)
        .param("reason", reason)
        .param("id", suggestion.id())
        .update();
  }

  private boolean unlessTaken(Runnable change) {
    try {
      savepoint.executeWithoutResult(status -> change.run());
      return true;
    } catch (DataIntegrityViolationException taken) {
      return false;
    }
  }
}
