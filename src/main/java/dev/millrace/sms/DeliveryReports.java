package dev.millrace.sms;

import dev.millrace.job.SqlInstant;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Types;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Notes what became of sent messages. Reports come in any order and more than once, so a message
 * only goes on: to sent, and from there to one of its ends. That it arrived outweighs that it did
 * not. Counted in {@code sms.reports} by status and outcome.
 */
@Component
public class DeliveryReports {

  private static final String FIND =
      """
      SELECT id, user_id, to_address, state, provider_id FROM outbound_messages
      WHERE channel = 'sms' AND (provider_id = :sid OR id = :id)
      ORDER BY provider_id = :sid DESC NULLS LAST LIMIT 1 FOR UPDATE
      """;

  private static final String NOTE =
      """
      UPDATE outbound_messages
      SET state = CAST(:state AS msg_state), state_reason = :reason, provider_code = :code,
          provider_id = :sid, sent_at = coalesce(sent_at, CAST(:sent AS timestamptz)),
          body = CASE WHEN purpose = 'verification' THEN '' ELSE body END
      WHERE id = :id
      """;

  private static final String FIRST_SENT =
      """
      UPDATE suggestions SET first_sent_at = :now
      WHERE first_sent_at IS NULL
        AND id IN (SELECT suggestion_id FROM digest_items WHERE message_id = :id)
      """;

  /** How far each state is; equal ones do not follow each other. */
  private static final Map<String, Integer> FAR =
      Map.of("sending", 0, "unknown", 0, "sent", 1, "failed", 2, "undelivered", 2, "delivered", 3);

  private static final int FAILED = 2;

  private static final Map<String, String> STATES =
      Map.of(
          "sent", "sent",
          "delivered", "delivered",
          "read", "delivered",
          "undelivered", "undelivered",
          "failed", "failed",
          "canceled", "failed");

  private final JdbcClient jdbc;
  private final PhoneTrouble trouble;
  private final MeterRegistry meters;
  private final TransactionTemplate transaction;
  private final Clock clock;

  DeliveryReports(
      JdbcClient jdbc,
      PhoneTrouble trouble,
      MeterRegistry meters,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.jdbc = jdbc;
    this.trouble = trouble;
    this.meters = meters;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  /** What became of a report. */
  public enum Outcome {
    NOTED,
    /** It says no more than is known. */
    STALE,
    /** It is on its way, which changes nothing. */
    UNDER_WAY,
    /** The message is none of ours, or was deleted. */
    UNKNOWN
  }

  private record Message(UUID id, UUID user, String number, String state, String sid) {}

  /** Notes one. */
  public Outcome note(DeliveryReport report) {
    Outcome outcome = transaction.execute(status -> noted(report));
    meters
        .counter(
            "sms.reports",
            "status",
            STATES.getOrDefault(report.status(), "other"),
            "outcome",
            outcome.name().toLowerCase(Locale.ROOT))
        .increment();
    return outcome;
  }

  private Outcome noted(DeliveryReport report) {
    Optional<Message> found =
        jdbc.sql(FIND)
            .param("sid", report.sid())
            .param("id", report.message(), Types.OTHER)
            .query(
                (rs, row) ->
                    new Message(
                        rs.getObject("id", UUID.class),
                        rs.getObject("user_id", UUID.class),
                        rs.getString("to_address"),
                        rs.getString("state"),
                        rs.getString("provider_id")))
            .optional();
    if (found.isEmpty()) {
      return Outcome.UNKNOWN;
    }
    Message message = found.get();
    String state = STATES.get(report.status());
    if (state == null) {
      return Outcome.UNDER_WAY;
    }
    if (FAR.getOrDefault(message.state(), 0) >= FAR.get(state)
        || ofAnotherAttempt(message, report)) {
      return Outcome.STALE;
    }
    boolean left = FAR.get(state) != FAILED;
    Object now = SqlInstant.of(clock.instant());
    jdbc.sql(NOTE)
        .param("id", message.id())
        .param("state", state)
        .param("reason", left ? null : "twilio_" + report.status())
        .param("code", report.code() == null ? null : report.code().toString())
        .param("sid", report.sid())
        .param("sent", left ? now : null, Types.OTHER)
        .update();
    if (left) {
      jdbc.sql(FIRST_SENT).param("id", message.id()).param("now", now).update();
    }
    if (state.equals("delivered")) {
      trouble.healed(message.user(), message.number());
    } else if (report.code() != null) {
      trouble.note(message.user(), message.number(), report.code());
    }
    return Outcome.NOTED;
  }

  /** An attempt that failed says nothing about the one that counts; one that arrived does. */
  private static boolean ofAnotherAttempt(Message message, DeliveryReport report) {
    return message.sid() != null
        && !message.sid().equals(report.sid())
        && !STATES.get(report.status()).equals("delivered");
  }
}
