package dev.millrace.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.job.AdminAlerts;
import dev.millrace.ratelimit.Decision;
import dev.millrace.ratelimit.Decision.Source;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Notes what Twilio answered to a message that the route posted.
 *
 * <p>Twilio knows no key that makes a second post harmless, so only an answer that says "not
 * processed" lets a message be posted again.
 */
@Component
public class SmsAnswers {

  static final String SENDER_REFUSED = "sms_sender_refused";

  static final Duration RETRY_AFTER = Duration.ofSeconds(60);
  static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);
  static final Duration SENDER_BROKEN = Duration.ofMinutes(15);

  /** Well before others may take the message for one in doubt. */
  static final Duration LATEST_POST = Duration.ofSeconds(60);

  private final OutboxStates states;
  private final LostTexts lost;
  private final AdminAlerts alerts;
  private final MessageMeters meters;
  private final ObjectMapper json;
  private final TransactionTemplate transaction;
  private final Clock clock;

  SmsAnswers(
      OutboxStates states,
      LostTexts lost,
      AdminAlerts alerts,
      MessageMeters meters,
      ObjectMapper json,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.states = states;
    this.lost = lost;
    this.alerts = alerts;
    this.meters = meters;
    this.json = json;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  /**
   * Whether the message must not be posted any more: this process stood still since the claim, and
   * another may be looking for the message already.
   */
  public boolean tooLate(OutgoingSms sms) {
    boolean late = clock.instant().isAfter(sms.claimedAt().plus(LATEST_POST));
    if (late) {
      states.refused(sms.id(), "claim_too_old", sms.claimedAt());
    }
    return late;
  }

  /**
   * An answer came.
   *
   * @param retryAfter seconds, as the header of a 429 has them; may be null
   * @return whether Twilio did not take it now, and may later
   */
  public boolean answered(OutgoingSms sms, int status, String retryAfter, String body) {
    meters.call(MessageMeters.TWILIO, String.valueOf(status));
    JsonNode answer = parsed(body);
    TwilioCode code = new TwilioCode(answer.path("code").asInt(0));
    if (status == 200 || status == 201) {
      taken(sms, answer.path("sid").asText(""));
    } else if (status == 429) {
      states.waiting(sms.id(), "twilio_429", clock.instant().plus(wait(retryAfter)));
      return true;
    } else if (status >= 500 || status == 408) {
      states.doubtful(sms.id(), "twilio_" + status);
    } else if (status == 401 || code.number() == 0 || code.isSenders()) {
      // without a code of Twilio's it was not Twilio that answered, or not this resource
      alerts.raise(SENDER_REFUSED, SENDER_REFUSED, Map.of("status", status, "code", code.number()));
      states.waiting(sms.id(), "sender_refused", clock.instant().plus(SENDER_BROKEN));
      return true;
    } else {
      transaction.executeWithoutResult(ended -> failed(sms, "twilio_" + status, code));
    }
    return false;
  }

  private void taken(OutgoingSms sms, String sid) {
    if (sid.isEmpty()) {
      states.doubtful(sms.id(), "twilio_no_sid");
    } else {
      states.sent(sms.id(), sid);
      alerts.close(SENDER_REFUSED);
    }
  }

  private void failed(OutgoingSms sms, String reason, TwilioCode code) {
    states.failed(sms.id(), reason, code.text());
    lost.replace(sms.id(), sms.userId(), sms.to(), code.number());
  }

  /**
   * It was not posted, because its user has had too many, or because these cannot be counted.
   *
   * @param refusal of the limit
   */
  public void overLimit(OutgoingSms sms, Decision refusal) {
    states.waiting(
        sms.id(),
        refusal.source() == Source.CLOSED ? "limit_unreachable" : "hourly_limit",
        clock.instant().plus(refusal.retryAfter()));
  }

  /**
   * Nothing was listening: the message cannot have been taken.
   *
   * @return true, as {@link #answered} has it
   */
  public boolean unreachable(OutgoingSms sms) {
    meters.call(MessageMeters.TWILIO, MessageMeters.NO_ANSWER);
    states.refused(sms.id(), "twilio_unreachable", sms.claimedAt());
    return true;
  }

  /**
   * The connection broke after the post began: the message may have been taken.
   *
   * @return false, as {@link #answered} has it
   */
  public boolean unanswered(OutgoingSms sms) {
    meters.call(MessageMeters.TWILIO, MessageMeters.NO_ANSWER);
    states.doubtful(sms.id(), "twilio_no_answer");
    return false;
  }

  private JsonNode parsed(String body) {
    try {
      return json.readTree(body == null ? "" : body);
    } catch (JsonProcessingException noJson) {
      return json.createObjectNode();
    }
  }

  private static Duration wait(String retryAfter) {
    try {
      Duration asked =
          retryAfter == null
              ? RETRY_AFTER
              : Duration.ofSeconds(Math.max(1, Long.parseLong(retryAfter.trim())));
      return asked.compareTo(LONGEST_RETRY_AFTER) < 0 ? asked : LONGEST_RETRY_AFTER;
    } catch (NumberFormatException noSeconds) {
      return RETRY_AFTER;
    }
  }
}
