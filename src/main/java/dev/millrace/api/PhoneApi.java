package dev.millrace.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.preference.AllowedNumbers;
import dev.millrace.preference.PhoneState;
import dev.millrace.preference.PhoneVerification;
import dev.millrace.preference.PhoneVerification.Claimed;
import dev.millrace.preference.PhoneVerification.Tried;
import dev.millrace.preference.Phones;
import dev.millrace.problem.Problem;
import dev.millrace.problem.ProblemException;
import dev.millrace.problem.WholeSeconds;
import dev.millrace.ratelimit.Decision;
import dev.millrace.ratelimit.PhoneNumber;
import dev.millrace.ratelimit.RateLimits;
import dev.millrace.ratelimit.RefusedCheck;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * What {@code routes/http/phone.camel.yaml} calls. Counts in {@code millrace.phone.codes} by
 * outcome; numbers are told masked, and codes never.
 */
@Component
public class PhoneApi {

  private static final Logger LOG = LoggerFactory.getLogger(PhoneApi.class);

  static final String LIMIT = "notification";

  private static final String NUMBER = "number";
  private static final String CONSENT = "consent";
  private static final String CODE = "code";
  private static final String EXAMPLE = "{\"number\":\"+12025550123\",\"consent\":true}";

  private final Phones phones;
  private final PhoneVerification verification;
  private final AllowedNumbers allowed;
  private final RateLimits limits;
  private final ApiJson json;
  private final MeterRegistry meters;
  private final String sender;

  public PhoneApi(
      Phones phones,
      PhoneVerification verification,
      AllowedNumbers allowed,
      RateLimits limits,
      ApiJson json,
      MeterRegistry meters,
      @Value("${twilio.from}") String sender) {
    this.phones = phones;
    this.verification = verification;
    this.allowed = allowed;
    this.limits = limits;
    this.json = json;
    this.meters = meters;
    this.sender = sender.isBlank() ? "the number that our messages come from" : sender.strip();
  }

  /**
   * What follows a claim.
   *
   * @param deliveries jobs that send the code; none where the number is the user's already
   */
  public record Sending(List<Map<String, Object>> deliveries) {}

  /** How the user's phone stands. */
  public Map<String, Object> state(UUID user, String query) {
    new QueryString(query).only();
    return told(phones.of(user));
  }

  /** Has a code sent to the number in the body, unless it is the user's already. */
  public Sending claim(UUID user, String body, String query) {
    new QueryString(query).only();
    String number = number(body);
    if (verification.needless(user, number)) {
      count("needless");
      return new Sending(List.of());
    }
    Decision said = limits.check(LIMIT, user.toString());
    if (!said.allowed()) {
      throw limited(
          said.retryAfter(),
          said.source() == Decision.Source.CLOSED
              ? HttpStatus.SERVICE_UNAVAILABLE
              : HttpStatus.TOO_MANY_REQUESTS,
          "You have asked for too many codes");
    }
    Claimed claimed = verification.claim(user, number);
    if (claimed.optedOut()) {
      count("opted_out");
      throw Problem.of(
              HttpStatus.CONFLICT,
              "This phone has opted out of our text messages. Text START to %s from it, then ask for"
                      .formatted(sender)
                  + " the code again.")
          .kind("phone-opted-out")
          .asException();
    }
    if (claimed.limited() != null) {
      throw limited(claimed.pause(), HttpStatus.TOO_MANY_REQUESTS, claimed.limited());
    }
    count("sent");
    return new Sending(claimed.deliveries());
  }

  /** Notes that the code leaves with the clock, which finds what waits in the outbox. */
  public void sendLater(Exchange exchange) {
    LOG.error(
        "The delivery of a code was not begun",
        exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class));
  }

  /** How the phone stands after a claim: 202 while a code is on its way. */
  public Answer claimed(UUID user) {
    PhoneState state = phones.of(user);
    return json.answer(
        state.pending() == null ? HttpStatus.OK : HttpStatus.ACCEPTED, told(state), Map.of());
  }

  /** Takes the code that was sent. */
  public Map<String, Object> verify(UUID user, String body, String query) {
    new QueryString(query).only();
    JsonNode sent = JsonObject.of(body, "{\"code\":\"123456\"}", List.of(CODE)).field(CODE);
    String code = sent.isTextual() ? sent.asText().replaceAll("[\\s-]", "") : "";
    if (!code.matches("[0-9]{6}")) {
      throw JsonObject.invalid(
          CODE, null, "send the six digits of the text message, as text: \"012345\".", null);
    }
    Tried tried = verification.verify(user, code);
    count(word(tried.outcome()));
    return switch (tried.outcome()) {
      case VERIFIED -> told(phones.of(user));
      case WRONG ->
          throw JsonObject.invalid(
              CODE,
              null,
              "it is not the code that was sent; %d tries are left.".formatted(tried.triesLeft()),
              null);
      case USED_UP -> throw noCode("The code was wrong too often");
      case EXPIRED -> throw noCode("The code is older than ten minutes");
      case NONE -> throw noCode("No code waits to be verified");
    };
  }

  /** Forgets the user's number, and a claim. */
  public Answer remove(UUID user, String query) {
    new QueryString(query).only();
    verification.remove(user);
    return Answer.done();
  }

  private String number(String body) {
    JsonObject sent = JsonObject.of(body, EXAMPLE, List.of(NUMBER, CONSENT));
    FieldsReader fields = new FieldsReader();
    String written = fields.text(sent.field(NUMBER), NUMBER, "send a number such as +12025550123.");
    String number = "";
    try {
      number = written.isEmpty() ? "" : PhoneNumber.normal(written);
    } catch (RefusedCheck e) {
      fields.refuse(
          NUMBER,
          (String) null,
          "it is none that can be called from anywhere; write + and the country's code first, then"
              + " 7 to 15 digits in all, such as +12025550123.");
    }
    if (!number.isEmpty() && !allowed.allow(number)) {
      fields.refuse(
          NUMBER,
          (String) null,
          "text messages are not sent to its country; name one that begins with %s."
              .formatted(allowed.words()));
    }
    JsonNode consent = sent.field(CONSENT);
    if (!consent.isBoolean() || !consent.asBoolean()) {
      fields.refuse(
          CONSENT, consent, "text messages need the user's consent; ask for it, and send true.");
    }
    fields.end();
    return number;
  }

  private ProblemException limited(Duration pause, HttpStatus status, String what) {
    count("limited");
    return Problem.of(
            status, "%s. Ask again in %d s.".formatted(what, Math.max(1, WholeSeconds.up(pause))))
        .kind(status == HttpStatus.TOO_MANY_REQUESTS ? "limit-refused" : "limit-closed")
        .retryAfter(pause)
        .asException();
  }

  private static ProblemException noCode(String what) {
    return Problem.of(
            HttpStatus.CONFLICT,
            what + ". Ask for another: PUT /api/preferences/phone with the number.")
        .kind("code-needed")
        .asException();
  }

  private static Map<String, Object> told(PhoneState state) {
    Map<String, Object> told = new HashMap<>();
    told.put("state", word(state.state()));
    told.put("number", state.number());
    told.put("verifiedAt", state.verifiedAt() == null ? null : state.verifiedAt().toString());
    told.put("pending", state.pending() == null ? null : told(state.pending()));
    return told;
  }

  private static Map<String, Object> told(PhoneState.Pending pending) {
    Map<String, Object> told = new HashMap<>();
    told.put(NUMBER, pending.number());
    told.put("expiresAt", pending.expiresAt().toString());
    told.put("triesLeft", pending.triesLeft());
    told.put("failure", pending.failure() == null ? null : word(pending.failure()));
    return told;
  }

  private static String word(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT);
  }

  private void count(String outcome) {
    meters.counter("millrace.phone.codes", "outcome", outcome).increment();
  }
}
