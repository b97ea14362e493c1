package dev.millrace.sms;

import dev.millrace.job.SqlInstant;
import java.sql.Types;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps by Twilio's id what each message was answered. The row and what the message does are one
 * transaction: it happens once, or not at all and then at the repeat.
 */
@Component
class InboundLedger {

  private static final String CLAIM =
      """
      INSERT INTO sms_inbound (message_sid, user_id, outcome, received_at)
      VALUES (:sid, :user, 'working', :now) ON CONFLICT (message_sid) DO NOTHING
      """;

  private static final String NOTE =
      """
      UPDATE sms_inbound SET outcome = :outcome, answer = :answer, list_id = :list,
             position = :position, offered_id = :offered
      WHERE message_sid = :sid
      """;

  private static final String FIND =
      "SELECT user_id, outcome, answer FROM sms_inbound WHERE message_sid = :sid";

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Clock clock;

  InboundLedger(JdbcClient jdbc, PlatformTransactionManager transactions, Clock clock) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  /**
   * What a message did.
   *
   * @param changed whether a suggestion is not as it was
   * @param offer what the answer asks to confirm; null = nothing
   */
  record Done(String outcome, String text, boolean changed, Offer offer) {

    Done(String outcome, String text) {
      this(outcome, text, false, null);
    }
  }

  /** A new time, by the number of an item of a list. */
  record Offer(UUID list, int position, UUID suggestion) {}

  /** What the message was answered; empty where it is new. */
  Optional<SmsAnswer> find(String sid) {
    return jdbc.sql(FIND)
        .param("sid", sid)
        .query(
            (rs, row) ->
                new SmsAnswer(
                    rs.getString("outcome"),
                    rs.getString("answer"),
                    List.of(rs.getObject("user_id", UUID.class))))
        .optional();
  }

  /** Works on the message; who comes second waits, and gets the first one's answer. */
  SmsAnswer once(String sid, UUID user, Supplier<Done> work) {
    return transaction.execute(
        status -> {
          int claimed =
              jdbc.sql(CLAIM)
                  .param("sid", sid)
                  .param("user", user)
                  .param("now", SqlInstant.of(clock.instant()))
                  .update();
          if (claimed == 0) {
            return find(sid).orElseThrow();
          }
          Done done = work.get();
          Offer offer = done.offer();
          jdbc.sql(NOTE)
              .param("sid", sid)
              .param("outcome", done.outcome())
              .param("answer", done.text())
              .param("list", offer == null ? null : offer.list(), Types.OTHER)
              .param("position", offer == null ? null : offer.position(), Types.SMALLINT)
              .param("offered", offer == null ? null : offer.suggestion(), Types.OTHER)
              .update();
          return new SmsAnswer(
              done.outcome(), done.text(), done.changed() ? List.of(user) : List.of());
        });
  }
}
