package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.notification.OutgoingSms;
import dev.millrace.queue.Job;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.AdviceWith;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Text messages of which nobody here knows whether Twilio took them. */
class DoubtfulTextRouteTest extends RunningMillrace {

  @Autowired private CamelContext camel;

  private final SandboxUser person = SANDBOX.users().get(0);
  private final String number = "+1202557" + "%04d".formatted(System.nanoTime() % 10_000);

  @Test
  void shouldGetATextOnceWhenTheProcessDiedBeforeItNotedTheAnswer() throws Exception {
    AtomicBoolean dying = new AtomicBoolean(true);
    AdviceWith.adviceWith(
        camel,
        "send-sms",
        route ->
            route
                .weaveById("note-answer")
                .before()
                .process(
                    exchange -> {
                      if (dying.get()) {
                        throw new IllegalStateException(
                            "killed between Twilio's 201 and the commit");
                      }
                    }));
    UUID message = sms();
    deliver(message);
    dying.set(false);
    assertThat(state(message)).isEqualTo("sending null");
    assertThat(SANDBOX.sms().to(number)).hasSize(1);

    later(message, Duration.ofMinutes(3));
    deliver(message);

    assertThat(SANDBOX.sms().to(number))
        .singleElement()
        .satisfies(sms -> assertThat(providerId(message)).isEqualTo(sms.sid()));
  }

  /** The pool of database connections says so with a cause that a dead Twilio would have, too. */
  @Test
  void shouldNotTakeAFaultOfItsOwnDatabaseForATwilioThatIsNotThere() throws Exception {
    AtomicBoolean away = new AtomicBoolean(true);
    AdviceWith.adviceWith(
        camel,
        "send-sms",
        route ->
            route
                .weaveById("note-answer")
                .before()
                .process(
                    exchange -> {
                      if (away.get()) {
                        throw new IllegalStateException(new ConnectException("no database"));
                      }
                    }));
    UUID message = sms();
    deliver(message);
    away.set(false);
    assertThat(state(message)).isEqualTo("sending null");

    deliver(message);
    assertThat(SANDBOX.sms().to(number)).hasSize(1);
    later(message, Duration.ofMinutes(3));
    deliver(message);

    assertThat(SANDBOX.sms().to(number))
        .singleElement()
        .satisfies(sms -> assertThat(providerId(message)).isEqualTo(sms.sid()));
  }

  @Test
  void shouldPostNothingThatOthersMayBeLookingForAlready() throws Exception {
    AtomicBoolean standing = new AtomicBoolean(true);
    AdviceWith.adviceWith(
        camel,
        "send-sms",
        route ->
            route
                .weaveById("is-too-late")
                .before()
                .process(
                    exchange -> {
                      if (standing.get()) {
                        OutgoingSms sms = exchange.getMessage().getBody(OutgoingSms.class);
                        exchange.getMessage().setBody(claimedAnHourAgo(sms));
                      }
                    }));
    UUID message = sms();
    deliver(message);
    standing.set(false);

    assertThat(SANDBOX.sms().to(number)).isEmpty();
  }

  @Test
  void shouldNotPostAgainWhatTwilioMayHaveTaken() {
    SANDBOX.faults().add(Fault.acceptThenSilence(Service.TWILIO, Duration.ZERO));
    UUID message = sms();

    deliver(message);
    assertThat(state(message)).isEqualTo("unknown twilio_no_answer");
    deliver(message);
    assertThat(state(message)).as("too early to look").isEqualTo("unknown twilio_no_answer");

    later(message, Duration.ofMinutes(3));
    deliver(message);

    assertThat(state(message)).isIn("sent looked_up", "delivered looked_up");
    assertThat(SANDBOX.sms().to(number)).hasSize(1);
  }

  @Test
  void shouldSendOnceMoreWhatIsNotAtTwilioAfterTenMinutes() {
    SANDBOX.faults().add(Fault.cut(Service.TWILIO));
    UUID message = sms();
    deliver(message);
    assertThat(state(message)).isEqualTo("unknown twilio_no_answer");

    later(message, Duration.ofMinutes(5));
    deliver(message);
    assertThat(state(message)).as("Twilio's list may lag").isEqualTo("unknown twilio_no_answer");
    assertThat(SANDBOX.sms().to(number)).isEmpty();

    later(message, Duration.ofMinutes(11));
    deliver(message);
    deliver(message);

    assertThat(state(message)).isEqualTo("sent null");
    assertThat(SANDBOX.sms().to(number)).hasSize(1);
  }

  @Test
  void shouldGiveUpATextThatIsInDoubtASecondTime() {
    SANDBOX.faults().add(Fault.cut(Service.TWILIO));
    UUID message = sms();
    deliver(message);
    later(message, Duration.ofMinutes(11));
    deliver(message);
    SANDBOX.faults().add(Fault.serverError(Service.TWILIO, 500));
    deliver(message);
    assertThat(state(message)).isEqualTo("unknown twilio_500");

    later(message, Duration.ofMinutes(11));
    deliver(message);

    assertThat(state(message)).isEqualTo("failed not_at_twilio");
    assertThat(SANDBOX.sms().to(number)).isEmpty();
  }

  @Test
  void shouldNotTakeAListThatCannotBeReadForAnEmptyOne() {
    SANDBOX.faults().add(Fault.cut(Service.TWILIO));
    UUID message = sms();
    deliver(message);

    later(message, Duration.ofMinutes(30));
    SANDBOX.faults().add(Fault.serverError(Service.TWILIO, 503));
    deliver(message);
    assertThat(state(message)).isEqualTo("unknown twilio_no_answer");

    later(message, Duration.ofMinutes(30));
    SANDBOX.faults().add(Fault.cut(Service.TWILIO));
    deliver(message);
    assertThat(state(message)).isEqualTo("unknown twilio_no_answer");
  }

  private static OutgoingSms claimedAnHourAgo(OutgoingSms sms) {
    return new OutgoingSms(
        sms.id(),
        sms.userId(),
        sms.from(),
        sms.messagingService(),
        sms.to(),
        sms.body(),
        sms.statusCallback(),
        sms.validitySeconds(),
        sms.claimedAt().minus(Duration.ofHours(1)));
  }

  private Job deliver(UUID message) {
    Map<String, ?> data = Map.of("kind", "deliver", "messageIds", List.of(message.toString()));
    return ended(
        "batch-notifications", add("bullmq:batch-notifications?attempts=1", data, Map.of()));
  }

  private UUID sms() {
    UUID user = user(person);
    atNoon(user);
    rows.phone(user, number);
    return rows.add(
        """
        INSERT INTO outbound_messages (id, user_id, channel, purpose, dedup_key, to_address, body,
                                       expires_at)
        VALUES (:id, :a, 'sms', 'digest', CAST(:id AS text), :b, 'Hello', now() + interval '1 day')
        """,
        user,
        number);
  }

  private void later(UUID message, Duration passed) {
    jdbc.sql(
            """
            UPDATE outbound_messages SET not_before = now() - interval '1 day',
              claimed_at = now() - make_interval(secs => :seconds)
            WHERE id = :id
            """)
        .param("seconds", passed.toSeconds())
        .param("id", message)
        .update();
  }

  private String state(UUID message) {
    return jdbc.sql(
            "SELECT state || ' ' || coalesce(state_reason, 'null') FROM outbound_messages WHERE id = :id")
        .param("id", message)
        .query(String.class)
        .single();
  }

  private String providerId(UUID message) {
    return jdbc.sql("SELECT provider_id FROM outbound_messages WHERE id = :id")
        .param("id", message)
        .query(String.class)
        .single();
  }
}
