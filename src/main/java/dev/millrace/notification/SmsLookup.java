package dev.millrace.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Decides on text messages in doubt. What Twilio's list has was sent; what it does not have after
 * ten minutes is sent once more, and given up if that one is in doubt too.
 */
@Component
public class SmsLookup {

  /** Twilio's list may lag behind; what it does not show by then was not taken. */
  static final Duration ABSENT_AFTER = Duration.ofMinutes(10);

  /** Until the list is read again. */
  static final Duration AGAIN_AFTER = Duration.ofMinutes(2);

  /** A list that cannot be read for so long settles nothing any more. */
  static final Duration GIVE_UP_AFTER = Duration.ofHours(24);

  static final int MOST_ATTEMPTS = 2;

  private static final String KNOWN =
      """
      SELECT provider_id FROM outbound_messages
      WHERE to_address = :to AND channel = 'sms' AND provider_id IS NOT NULL AND id <> :id
        AND user_id = (SELECT user_id FROM outbound_messages WHERE id = :id)
      """;

  private final OutboxStates states;
  private final LostTexts lost;
  private final MessageMeters meters;
  private final JdbcClient jdbc;
  private final ObjectMapper json;
  private final TransactionTemplate transaction;
  private final Clock clock;

  SmsLookup(
      OutboxStates states,
      LostTexts lost,
      MessageMeters meters,
      JdbcClient jdbc,
      ObjectMapper json,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.states = states;
    this.lost = lost;
    this.meters = meters;
    this.jdbc = jdbc;
    this.json = json;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  /** Begins to look for a message. */
  public SmsSearch search(DoubtfulSms sms) {
    Set<String> known =
        new HashSet<>(
            jdbc.sql(KNOWN).param("to", sms.to()).param("id", sms.id()).query(String.class).list());
    return new SmsSearch(sms, known);
  }

  /** A page came, or an answer in place of it. */
  public void read(SmsSearch search, int status, String body) {
    meters.call(MessageMeters.TWILIO, String.valueOf(status));
    if (status != 200) {
      search.unreadable();
      return;
    }
    try {
      search.read(json.readTree(body == null ? "" : body));
    } catch (JsonProcessingException noJson) {
      search.unreadable();
    }
  }

  /** No page came. */
  public void unreadable(SmsSearch search) {
    meters.call(MessageMeters.TWILIO, MessageMeters.NO_ANSWER);
    search.unreadable();
  }

  /** Notes what the search was good for. */
  public void conclude(SmsSearch search) {
    DoubtfulSms sms = search.sms();
    Instant now = clock.instant();
    if (search.found() != null) {
      transaction.executeWithoutResult(status -> adopt(sms, search.found()));
    } else if (search.failed()) {
      settleUnread(sms, now);
    } else if (now.isBefore(sms.claimedAt().plus(ABSENT_AFTER))) {
      states.notFoundYet(sms, "not_found_yet", now.plus(AGAIN_AFTER));
    } else if (sms.attempts() < MOST_ATTEMPTS) {
      states.onceMore(sms);
    } else {
      states.notFound(sms, "not_at_twilio");
    }
  }

  private void settleUnread(DoubtfulSms sms, Instant now) {
    if (now.isBefore(sms.claimedAt().plus(GIVE_UP_AFTER))) {
      states.notFoundYet(sms, "twilio_list_unreadable", now.plus(AGAIN_AFTER));
    } else {
      states.notFound(sms, "twilio_list_unreadable");
    }
  }

  private void adopt(DoubtfulSms sms, JsonNode message) {
    String state = TwilioStatus.state(message.path("status").asText("")).orElse("sent");
    TwilioCode code = new TwilioCode(message.path("error_code").asInt(0));
    boolean adopted = states.adopted(sms.id(), message.path("sid").asText(), state, code.text());
    if (adopted && (state.equals("failed") || state.equals("undelivered"))) {
      lost.replace(sms.id(), sms.userId(), sms.to(), code.number());
    }
  }
}
