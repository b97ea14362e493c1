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

  private final OutboxStates states;
  private final UserPhones phones;
  private final EmailInstead emailInstead;
  private final AdminAlerts alerts;
  private final ObjectMapper json;
  private final Clock clock;

  SmsAnswers(
      OutboxStates states,
      UserPhones phones,
      EmailInstead emailInstead,
      AdminAlerts alerts,
      ObjectMapper json,
      Clock clock) {
    this.states = states;
    this.phones = phones;
    this.emailInstead = emailInstead;
    this.alerts = alerts;
    this.json = json;
    this.clock = clock;
  }

  /**
   * An answer came.
   *
   * @param retryAfter seconds, as the header of a 429 has them; may be null
   * @return whether Twilio did not take it now, and may later
   */
  public boolean answered(OutgoingSms sms, int status, String retryAfter, String body) {
    JsonNode answer = parsed(body);
    TwilioCode code = new TwilioCode(answer.path("code").asInt(0));
    if (status == 200 || status == 201) {
      states.sent(sms.id(), answer.path("sid").asText(null));
      alerts.close(SENDER_REFUSED);
    } else if (status == 429) {
      states.waiting(sms.id(), "twilio_429", clock.instant().plus(wait(retryAfter)));
      return true;
    } else if (status >= 500 || status == 408) {
      states.doubtful(sms.id(), "twilio_" + status);
    } else if (status == 401 || code.isSenders()) {
      alerts.raise(SENDER_REFUSED, SENDER_REFUSED, Map.of("status", status, "code", code.number()));
      states.waiting(sms.id(), "sender_refused", clock.instant().plus(SENDER_BROKEN));
      return true;
    } else {
      phones.mark(sms.to(), code);
      states.failed(sms.id(), "twilio_" + status, code.text());
      emailInstead.of(sms.id());
    }
    return false;
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

  /** Nothing was listening: the message cannot have been taken. */
  public void unreachable(OutgoingSms sms) {
    states.refused(sms.id(), "twilio_unreachable");
  }

  /** The connection broke after the post began: the message may have been taken. */
  public void unanswered(OutgoingSms sms) {
    states.doubtful(sms.id(), "twilio_no_answer");
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
