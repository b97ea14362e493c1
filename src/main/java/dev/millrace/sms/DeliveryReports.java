package dev.millrace.sms;

import dev.millrace.job.SqlInstant;
import dev.millrace.notification.FirstSent;
import dev.millrace.notification.LostTexts;
import dev.millrace.notification.MessageMeters;
import dev.millrace.notification.PhoneTrouble;
import dev.millrace.notification.TwilioStatus;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
      SELECT id, user_id, purpose, to_address, state, provider_id, not_before FROM outbound_messages
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

  /** How far each state is; equal ones do not follow each other. */
  private static final Map<String, Integer> FAR =
      Map.of("sending", 0, "unknown", 0, "sent", 1, "failed", 2, "undelivered", 2, "delivered", 3);

  private static final int FAILED = 2;

  private final JdbcClient jdbc;
  private final PhoneTrouble trouble;
  private final LostTexts lost;
  private final FirstSent firstSent;
  private final MessageMeters messages;
  private final MeterRegistry meters;
  private final TransactionTemplate transaction;
  private final Clock clock;

  DeliveryReports(
      JdbcClient jdbc,
      PhoneTrouble trouble,
      LostTexts lost,
      FirstSent firstSent,
      MessageMeters messages,
      MeterRegistry meters,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.jdbc = jdbc;
    this.trouble = trouble;
    this.lost = lost;
    this.firstSent = firstSent;
    this.messages = messages;
    this.meters = meters;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  /** What became of a report. */
  public enum Outcome {
    NOTED,
    /** It says no more than is known. */
    STALE,
    /** It is on its way, which was known, or Twilio has a new word for something. */
    UNDER_WAY,
    /** The message is none of ours, or was deleted. */
    UNKNOWN
  }

  private record Message(
      UUID id, UUID user, String purpose, String number, String state, String sid, Instant due) {

    /** Nobody here knew that it had left. */
    boolean isNews() {
      return FAR.getOrDefault(state, 0) == 0;
    }
  }

  /** Notes one. */
  public Outcome note(DeliveryReport report) {
    Outcome outcome = transaction.execute(status -> noted(report));
    meters
        .counter(
            "sms.reports",
            "status",
            TwilioStatus.state(report.status()).orElse("other"),
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
                        rs.getString("purpose"),
                        rs.getString("to_address"),
                        rs.getString("state"),
                        rs.getString("provider_id"),
                        SqlInstant.read(rs, "not_before")))
            .optional();
    if (found.isEmpty()) {
      return Outcome.UNKNOWN;
    }
    Message message = found.get();
    String state = TwilioStatus.state(report.status()).orElse(null);
    if (state == null) {
      return Outcome.UNDER_WAY;
    }
    if (FAR.getOrDefault(message.state(), 0) >= FAR.get(state)
        || ofAnotherAttempt(message, report.sid(), state)) {
      return TwilioStatus.isUnderWay(report.status()) ? Outcome.UNDER_WAY : Outcome.STALE;
    }
    note(message, report, state);
    return Outcome.NOTED;
  }

  private void note(Message message, DeliveryReport report, String state) {
    boolean left = FAR.get(state) != FAILED;
    Instant now = clock.instant();
    jdbc.sql(NOTE)
        .param("id", message.id())
        .param("state", state)
        .param("reason", left ? null : "twilio_" + report.status())
        .param("code", report.code() == null ? null : report.code().toString())
        .param("sid", report.sid())
        .param("sent", left ? SqlInstant.of(now) : null, Types.OTHER)
        .update();
    if (left) {
      firstSent.note(message.id(), now);
    }
    if (left && message.isNews()) {
      messages.left("sms", message.purpose(), Duration.between(message.due(), now));
    }
    if (!state.equals("sent")) {
      messages.ended("sms", message.purpose(), state);
    }
    if (state.equals("delivered")) {
      trouble.healed(message.number());
    } else if (!left) {
      int code = report.code() == null ? 0 : report.code();
      lost.replace(message.id(), message.user(), message.number(), code);
    }
  }

  /** An attempt that failed says nothing about the one that counts; one that arrived does. */
  private static boolean ofAnotherAttempt(Message message, String sid, String state) {
    return message.sid() != null && !message.sid().equals(sid) && !state.equals("delivered");
  }
}
