package dev.millrace.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.job.AdminAlerts;
import dev.millrace.job.SqlInstant;
import dev.millrace.ratelimit.Decision;
import dev.millrace.ratelimit.Decision.Source;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Notes what Twilio answered to a message that the route posted.
 *
 * <p>Twilio knows no key that makes a second post harmless, so only an answer that says "not
 * processed" lets a message be posted again.
 */
@Component
public class SmsAnswers {

  static final Duration RETRY_AFTER = Duration.ofSeconds(60);
  static final Duration SENDER_BROKEN = Duration.ofMinutes(15);

  /** Wrong credentials, wrong sender number: ours to mend, no fault of the message. */
  private static final Set<Integer> SENDER_CODES = Set.of(20003, 21606);

  private static final int STOPPED = 21610;
  private static final Set<Integer> UNUSABLE_NUMBER_CODES = Set.of(21211, 21614);

  private final OutboxStates states;
  private final AdminAlerts alerts;
  private final JdbcClient jdbc;
  private final ObjectMapper json;
  private final Clock clock;

  SmsAnswers(
      OutboxStates states, AdminAlerts alerts, JdbcClient jdbc, ObjectMapper json, Clock clock) {
    this.states = states;
    this.alerts = alerts;
    this.jdbc = jdbc;
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
    int code = answer.path("code").asInt(0);
    if (status == 201) {
      states.sent(sms.id(), answer.path("sid").asText(null));
    } else if (status == 429) {
      states.putBack(sms.id(), "twilio_429", clock.instant().plus(wait(retryAfter)));
      return true;
    } else if (status >= 500) {
      states.doubtful(sms.id(), "twilio_" + status);
    } else if (status == 401 || SENDER_CODES.contains(code)) {
      alerts.raise(
          "sms_sender_refused", "sms_sender_refused", Map.of("status", status, "code", code));
      states.putBack(sms.id(), "sender_refused", clock.instant().plus(SENDER_BROKEN));
      return true;
    } else {
      markPhone(sms, code);
      states.failed(sms.id(), "twilio_" + status, code == 0 ? null : String.valueOf(code));
    }
    return false;
  }

  /**
   * It was not posted, because its user has had too many, or because these cannot be counted.
   *
   * @param refusal of the limit
   */
  public void overLimit(OutgoingSms sms, Decision refusal) {
    states.putBack(
        sms.id(),
        refusal.source() == Source.CLOSED ? "limit_unreachable" : "hourly_limit",
        clock.instant().plus(refusal.retryAfter()));
  }

  /** Nothing was listening: the message cannot have been taken. */
  public void unreachable(OutgoingSms sms) {
    states.putBack(sms.id(), "twilio_unreachable", clock.instant());
  }

  /** The connection broke after the post began: the message may have been taken. */
  public void unanswered(OutgoingSms sms) {
    states.doubtful(sms.id(), "twilio_no_answer");
  }

  private void markPhone(OutgoingSms sms, int code) {
    if (code == STOPPED) {
      jdbc.sql(
              """
              UPDATE user_phones SET opted_out_at = :now, updated_at = :now
              WHERE e164 = :number AND opted_out_at IS NULL
              """)
          .param("now", SqlInstant.of(clock.instant()))
          .param("number", sms.to())
          .update();
    } else if (UNUSABLE_NUMBER_CODES.contains(code)) {
      jdbc.sql(
              "UPDATE user_phones SET unusable_code = :code, updated_at = :now WHERE e164 = :number")
          .param("code", code)
          .param("now", SqlInstant.of(clock.instant()))
          .param("number", sms.to())
          .update();
    }
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
      return retryAfter == null
          ? RETRY_AFTER
          : Duration.ofSeconds(Long.parseLong(retryAfter.trim()));
    } catch (NumberFormatException noSeconds) {
      return RETRY_AFTER;
    }
  }
}
