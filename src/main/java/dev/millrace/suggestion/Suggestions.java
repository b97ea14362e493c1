package dev.millrace.suggestion;

import dev.millrace.job.SqlInstant;
import java.time.Instant;
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
   * would be kept, and each user would cost as much as there are users.
   */
  void lock(UUID userId) {
    jdbc.sql(
            """
            SELECT set_config('enable_seqscan', 'off', true),
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
    boolean moved =
        unlessTaken(
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
                  SELECT :id, s.user_id, s.kind, s.trigger, :start, :end, u.time_zone,
                         s.reasoning, s.priority, s.factors, s.id, s.first_sent_at
                  FROM suggestions s JOIN users u ON u.id = s.user_id WHERE s.id = :old
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
    if (moved) {
      meters.entered(old.trigger(), "superseded");
      meters.moved();
    }
    return moved;
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

  /** Whether any open one begins before {@code start}, or any snooze is over. */
  boolean anyToAge(Instant start, Instant now) {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT 1 FROM suggestions
                           WHERE state IN ('pending', 'snoozed') AND slot_start < :start)
                OR EXISTS (SELECT 1 FROM suggestions
                           WHERE state = 'snoozed' AND snoozed_until <= :now)
            """)
        .param("start", SqlInstant.of(start))
        .param("now", SqlInstant.of(now))
        .query(Boolean.class)
        .single();
  }

  /** Closes every open suggestion that starts before {@code start}; answers whose they were. */
  List<UUID> expireStartingBefore(Instant start) {
    return jdbc
        .sql(
            """
            UPDATE suggestions SET state = 'expired', snoozed_until = NULL
            WHERE state IN ('pending', 'snoozed') AND slot_start < :start
            RETURNING id, user_id, slot_start, slot_end, trigger
            """)
        .param("start", SqlInstant.of(start))
        .query(ROW)
        .list()
        .stream()
        .peek(expired -> meters.entered(expired.trigger(), "expired"))
        .map(Suggestion::userId)
        .toList();
  }

  void expire(Suggestion suggestion) {
    jdbc.sql("UPDATE suggestions SET state = 'expired', snoozed_until = NULL WHERE id = :id")
        .param("id", suggestion.id())
        .update();
    meters.entered(suggestion.trigger(), "expired");
  }

  /** Users who have a suggestion whose pause is over. */
  List<UUID> usersToWake(Instant now) {
    return jdbc.sql(
            """
            SELECT DISTINCT user_id FROM suggestions
            WHERE state = 'snoozed' AND snoozed_until <= :now ORDER BY user_id
            """)
        .param("now", SqlInstant.of(now))
        .query(UUID.class)
        .list();
  }

  /** Suggestions of the user whose pause is over, the most important first. */
  List<Suggestion> toWake(UUID userId, Instant now) {
    return jdbc.sql(
            """
            SELECT id, user_id, slot_start, slot_end, trigger FROM suggestions
            WHERE user_id = :user AND state = 'snoozed' AND snoozed_until <= :now
            ORDER BY priority DESC, slot_start FOR UPDATE
            """)
        .param("user", userId)
        .param("now", SqlInstant.of(now))
        .query(ROW)
        .list();
  }

  /** Offers a snoozed suggestion again at its own time. False when that was taken meanwhile. */
  boolean wake(Suggestion suggestion) {
    return unlessTaken(
        () ->
            jdbc.sql(
                    "UPDATE suggestions SET state = 'pending', snoozed_until = NULL WHERE id = :id")
                .param("id", suggestion.id())
                .update());
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
