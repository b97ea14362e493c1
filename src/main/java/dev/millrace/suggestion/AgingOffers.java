package dev.millrace.suggestion;

import dev.millrace.job.SqlInstant;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.dao.DataIntegrityViolationException;
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

  private static final String DUE =
      """
      SELECT user_id FROM suggestions WHERE %s
      UNION
      SELECT user_id FROM suggestions WHERE state = 'snoozed' AND snoozed_until <= :now
      ORDER BY user_id
      """
          .formatted(TOO_LATE);

  private final JdbcClient jdbc;
  private final SuggestionMeters meters;
  private final TransactionTemplate savepoint;

  AgingOffers(JdbcClient jdbc, SuggestionMeters meters, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.meters = meters;
    savepoint = new TransactionTemplate(transactions);
    savepoint.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
  }

  /** Users who have a suggestion that begins before {@code start}, or whose pause is over. */
  List<UUID> users(Instant start, Instant now) {
    return jdbc.sql(DUE)
        .param("start", SqlInstant.of(start))
        .param("now", SqlInstant.of(now))
        .query(UUID.class)
        .list();
  }

  /** Closes what starts before {@code start} and can wait no longer; says how many. */
  int expireStartingBefore(UUID userId, Instant start, Instant now) {
    List<String> triggers =
        jdbc.sql(
                "UPDATE suggestions SET state = 'expired', snoozed_until = NULL WHERE user_id ="
                    + " :user AND "
                    + TOO_LATE
                    + " RETURNING trigger")
            .param("user", userId)
            .param("start", SqlInstant.of(start))
            .param("now", SqlInstant.of(now))
            .query(String.class)
            .list();
    triggers.forEach(trigger -> meters.entered(trigger, "expired"));
    return triggers.size();
  }

  void expire(Suggestion suggestion) {
    jdbc.sql("UPDATE suggestions SET state = 'expired', snoozed_until = NULL WHERE id = :id")
        .param("id", suggestion.id())
        .update();
    meters.entered(suggestion.trigger(), "expired");
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
    } catch (DataIntegrityViolationException refused) {
      if (Refusal.ofSlot(refused)) {
        return false;
      }
      throw refused;
    }
  }
}
