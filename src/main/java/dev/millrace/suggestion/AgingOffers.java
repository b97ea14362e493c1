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

/** Finds and changes what time alone changes. */
@Component
class AgingOffers {

  /** Where the snooze is over, another time is looked for first. */
  private static final String TOO_LATE =
      """
      slot_start < :start
        AND (state = 'pending' OR (state = 'snoozed' AND snoozed_until > :now))
      """;

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

  AgingOffers(JdbcClient jdbc, SuggestionMeters meters, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.meters = meters;
    savepoint = new TransactionTemplate(transactions);
    savepoint.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
  }

  /** Closes what starts before {@code start} and can wait no longer; answers whose it was. */
  List<UUID> expireStartingBefore(Instant start, Instant now) {
    List<Suggestion> expired =
        jdbc.sql(
                "UPDATE suggestions SET state = 'expired', snoozed_until = NULL WHERE "
                    + TOO_LATE
                    + " RETURNING id, user_id, slot_start, slot_end, trigger")
            .param("start", SqlInstant.of(start))
            .param("now", SqlInstant.of(now))
            .query(ROW)
            .list();
    expired.forEach(one -> meters.entered(one.trigger(), "expired"));
    return expired.stream().map(Suggestion::userId).toList();
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
            ORDER BY priority DESC, slot_start, id FOR UPDATE
            """)
        .param("user", userId)
        .param("now", SqlInstant.of(now))
        .query(ROW)
        .list();
  }

  /** Offers a snoozed suggestion again at its own time. False when that was taken meanwhile. */
  boolean wake(Suggestion suggestion) {
    try {
      savepoint.executeWithoutResult(
          status ->
              jdbc.sql(
                      "UPDATE suggestions SET state = 'pending', snoozed_until = NULL WHERE id = :id")
                  .param("id", suggestion.id())
                  .update());
      return true;
    } catch (DataIntegrityViolationException taken) {
      return false;
    }
  }
}
