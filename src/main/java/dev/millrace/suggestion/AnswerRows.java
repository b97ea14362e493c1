package dev.millrace.suggestion;

import dev.millrace.job.SqlInstant;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** What an answer reads and writes, inside the transaction that holds the user's lock. */
@Component
class AnswerRows {

  /** Nobody is suggested again sooner after a "no". */
  private static final Duration SHORTEST_REST = Duration.ofDays(14);

  private static final String OFFER =
      """
      SELECT s.id, s.state, s.trigger, s.slot_start, s.slot_end, s.snoozed_until, s.dismiss_reason, s.met,
             (SELECT string_agg(c.name, ', ' ORDER BY c.name, c.id)
              FROM suggestion_contacts sc JOIN contacts c ON c.id = sc.contact_id
              WHERE sc.suggestion_id = s.id) AS names
      FROM suggestions s
      """;

  /** What the offer became: the last of those that came in its place. */
  private static final String SUCCESSOR =
      """
      WITH RECURSIVE chain AS (
          SELECT id, 1 AS step FROM suggestions WHERE replaces_id = :id AND user_id = :user
          UNION ALL
          SELECT s.id, chain.step + 1 FROM suggestions s JOIN chain ON s.replaces_id = chain.id
          WHERE s.user_id = :user)
      """
          + OFFER
          + " WHERE s.id = (SELECT id FROM chain ORDER BY step DESC LIMIT 1) FOR UPDATE OF s";

  /** Rests until then; what a snooze before asked for counts no more. */
  private static final String REST_OF =
      """
      UPDATE contacts
      SET do_not_suggest_until = greatest(:until, nullif(do_not_suggest_until, :before))
      WHERE id IN (SELECT contact_id FROM suggestion_contacts WHERE suggestion_id = :id)
      """;

  private static final String FREQUENCIES =
      """
      SELECT c.id, c.frequency FROM contacts c JOIN suggestion_contacts sc ON sc.contact_id = c.id
      WHERE sc.suggestion_id = :id ORDER BY c.id
      """;

  private static final RowMapper<AnswerableOffer> ROW =
      (rs, row) ->
          new AnswerableOffer(
              rs.getObject("id", UUID.class),
              rs.getString("state"),
              rs.getString("trigger"),
              new TimeSpan(SqlInstant.read(rs, "slot_start"), SqlInstant.read(rs, "slot_end")),
              SqlInstant.read(rs, "snoozed_until"),
              rs.getString("names"),
              rs.getString("dismiss_reason"),
              rs.getObject("met", Boolean.class));

  private final JdbcClient jdbc;
  private final SuggestionMeters meters;
  private final TransactionTemplate savepoint;

  AnswerRows(JdbcClient jdbc, SuggestionMeters meters, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.meters = meters;
    savepoint = new TransactionTemplate(transactions);
    savepoint.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
  }

  /** The user's suggestion, locked; empty for others' and for those that are none. */
  Optional<AnswerableOffer> find(UUID user, UUID id) {
    return jdbc.sql(OFFER + " WHERE s.id = :id AND s.user_id = :user FOR UPDATE OF s")
        .param("id", id)
        .param("user", user)
        .query(ROW)
        .optional();
  }

  Optional<AnswerableOffer> successor(UUID user, UUID id) {
    return jdbc.sql(SUCCESSOR).param("id", id).param("user", user).query(ROW).optional();
  }

  /** False where another offer stands at that time: a snoozed one holds none. */
  boolean accept(AnswerableOffer offer, Instant now) {
    try {
      savepoint.executeWithoutResult(
          status ->
              jdbc.sql(
                      """
                      UPDATE suggestions
                      SET state = 'accepted', snoozed_until = NULL, answered_at = :now WHERE id = :id
                      """)
                  .param("now", SqlInstant.of(now))
                  .param("id", offer.id())
                  .update());
    } catch (DataIntegrityViolationException refused) {
      if (Refusal.ofSlot(refused)) {
        return false;
      }
      throw refused;
    }
    meters.entered(offer.trigger(), "accepted");
    if (offer.snoozedUntil() != null) {
      rest(offer, null);
    }
    return true;
  }

  /** Withdraws the offer, and lets its people rest for 14 days or half of what was wished. */
  void dismiss(AnswerableOffer offer, String reason, Instant now) {
    jdbc.sql(
            """
            UPDATE suggestions SET state = 'dismissed', snoozed_until = NULL,
                                   dismiss_reason = :reason, answered_at = :now
            WHERE id = :id
            """)
        .param("reason", reason)
        .param("now", SqlInstant.of(now))
        .param("id", offer.id())
        .update();
    meters.entered(offer.trigger(), "dismissed");
    List<Rest> rests =
        jdbc.sql(FREQUENCIES)
            .param("id", offer.id())
            .query((rs, row) -> new Rest(rs.getObject("id", UUID.class), rs.getString("frequency")))
            .list();
    for (Rest rest : rests) {
      jdbc.sql(
              """
              UPDATE contacts SET do_not_suggest_until = greatest(do_not_suggest_until, :until)
              WHERE id = :id
              """)
          .param("until", SqlInstant.of(now.plus(rest.length())))
          .param("id", rest.contact())
          .update();
    }
  }

  /** Puts the offer off. Its people are not suggested otherwise meanwhile, also if it expires. */
  void snooze(AnswerableOffer offer, Instant until, Instant now) {
    jdbc.sql(
            """
            UPDATE suggestions SET state = 'snoozed', snoozed_until = :until, answered_at = :now
            WHERE id = :id
            """)
        .param("until", SqlInstant.of(until))
        .param("now", SqlInstant.of(now))
        .param("id", offer.id())
        .update();
    meters.entered(offer.trigger(), "snoozed");
    rest(offer, until);
  }

  private void rest(AnswerableOffer offer, Instant until) {
    jdbc.sql(REST_OF)
        .param("until", SqlInstant.of(until), Types.TIMESTAMP_WITH_TIMEZONE)
        .param("before", SqlInstant.of(offer.snoozedUntil()), Types.TIMESTAMP_WITH_TIMEZONE)
        .param("id", offer.id())
        .update();
  }

  void confirm(AnswerableOffer offer, boolean met, Instant now) {
    jdbc.sql("UPDATE suggestions SET met = :met, confirmed_at = :now WHERE id = :id")
        .param("met", met)
        .param("now", SqlInstant.of(now))
        .param("id", offer.id())
        .update();
  }

  /** Notes the meeting; the date of the last contact only ever moves forward. */
  void noteMeeting(UUID user, AnswerableOffer offer) {
    jdbc.sql(
            """
            INSERT INTO interactions (user_id, contact_id, happened_at, kind, suggestion_id)
            SELECT :user, contact_id, :at, 'hangout', :id
            FROM suggestion_contacts WHERE suggestion_id = :id
            """)
        .param("user", user)
        .param("at", SqlInstant.of(offer.slot().start()))
        .param("id", offer.id())
        .update();
    jdbc.sql(
            """
            UPDATE contacts SET last_contact_at = greatest(last_contact_at, :at)
            WHERE id IN (SELECT contact_id FROM suggestion_contacts WHERE suggestion_id = :id)
            """)
        .param("at", SqlInstant.of(offer.slot().start()))
        .param("id", offer.id())
        .update();
  }

  private record Rest(UUID contact, String frequency) {

    Duration length() {
      int days = DueContact.DAYS_BY_FREQUENCY.getOrDefault(frequency, 0);
      Duration half = Duration.ofDays(days).dividedBy(2);
      return half.compareTo(SHORTEST_REST) > 0 ? half : SHORTEST_REST;
    }
  }
}
