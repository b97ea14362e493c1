package dev.millrace.notification;

import dev.millrace.job.JobFields;
import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes messages out of the outbox to be sent. The claim is committed before anything leaves the
 * house: after a crash a message is known to be in doubt, instead of being sent again unseen.
 */
@Component
public class Delivery {

  /** With one slow message more the job still ends in its time, see config/queues.yaml. */
  static final Duration LONGEST = Duration.ofSeconds(90);

  private static final String CLAIM =
      """
      UPDATE outbound_messages SET state = 'sending', attempts = attempts + 1, claimed_at = :now
      WHERE id = :id
      """;

  private static final String OUTCOMES =
      """
      SELECT CASE WHEN state = 'queued' AND not_before > :now THEN 'deferred'
                  ELSE state::text END AS outcome, count(*) AS messages
      FROM outbound_messages WHERE id IN (:ids) GROUP BY 1
      """;

  private final JdbcClient jdbc;
  private final OutboxStates states;
  private final EmailInstead emailInstead;
  private final SmsOrigin origin;
  private final TransactionTemplate transaction;
  private final Clock clock;

  Delivery(
      JdbcClient jdbc,
      OutboxStates states,
      EmailInstead emailInstead,
      SmsOrigin origin,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.jdbc = jdbc;
    this.states = states;
    this.emailInstead = emailInstead;
    this.origin = origin;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  /** Until when a job that begins now may begin with further messages. */
  public Instant end() {
    return clock.instant().plus(LONGEST);
  }

  /**
   * The messages that a job is asked to deliver.
   *
   * @param payload {@code messageIds}
   */
  public List<UUID> messages(Map<String, Object> payload) {
    return JobFields.uuids(payload, "messageIds");
  }

  /**
   * Claims one message if it may be sent now. What is too late or no longer wanted is suppressed;
   * what falls into quiet hours or a pause is put off.
   *
   * @param end of the job's time, see {@link #end()}; later it leaves the message to the next run
   * @return an {@link OutgoingEmail} or {@link OutgoingSms} to send, a {@link DoubtfulSms} to look
   *     up first, or null where there is nothing to do
   */
  public Object claim(UUID id, Instant end) {
    return clock.instant().isAfter(end) ? null : transaction.execute(status -> claimed(id));
  }

  /**
   * How the messages stand once all were tried.
   *
   * @throws DeliveryIncompleteException where some could not be sent and may be at once; the next
   *     attempt of the job takes those alone
   */
  public Map<String, Object> conclude(List<UUID> messages) {
    if (messages.isEmpty()) {
      return Map.of();
    }
    Map<String, Object> counts = new HashMap<>();
    jdbc.sql(OUTCOMES)
        .param("now", SqlInstant.of(clock.instant()))
        .param("ids", messages)
        .query(
            rs -> {
              counts.put(rs.getString("outcome"), rs.getInt("messages"));
            });
    if (counts.get("queued") instanceof Integer left) {
      throw new DeliveryIncompleteException(left, messages.size());
    }
    return counts;
  }

  private Object claimed(UUID id) {
    // as the database keeps it
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    OutboxRow message =
        jdbc.sql(OutboxRow.DUE)
            .param("id", id)
            .param("now", SqlInstant.of(now))
            .param("staleSms", SqlInstant.of(now.minus(OutboxRow.SMS_DOUBTFUL_AFTER)))
            .param("staleEmail", SqlInstant.of(now.minus(OutboxRow.EMAIL_DOUBTFUL_AFTER)))
            .query((rs, row) -> OutboxRow.read(rs))
            .optional()
            .orElse(null);
    if (message == null) {
      return null;
    }
    if (message.isDoubtful() && message.isSms()) {
      return DoubtfulSms.of(message);
    }
    if (message.isDoubtful() && message.attempts() >= OutboxRow.MOST_EMAIL_ATTEMPTS) {
      states.failed(id, "smtp_no_answer", null);
      return null;
    }
    return sendable(message, now) ? taken(message, now) : null;
  }

  private boolean sendable(OutboxRow message, Instant now) {
    String hindrance = message.hindrance(now);
    if (hindrance != null && message.isDoubtful()) {
      states.failed(message.id(), "smtp_no_answer", null);
      return false;
    }
    if (hindrance != null) {
      states.suppressed(message.id(), hindrance);
      if (hindrance.equals("phone_not_usable")) {
        emailInstead.of(message.id());
      }
      return false;
    }
    String reason = message.reasonToWait(now);
    if (reason == null) {
      return true;
    }
    Instant until = message.waitsUntil(now);
    if (until.isBefore(message.expiresAt())) {
      states.deferred(message.id(), reason, until);
    } else {
      states.suppressed(message.id(), reason);
    }
    return false;
  }

  private Object taken(OutboxRow message, Instant now) {
    jdbc.sql(CLAIM).param("now", SqlInstant.of(now)).param("id", message.id()).update();
    return message.isSms() ? origin.outgoing(message, now) : OutgoingEmail.of(message);
  }
}
