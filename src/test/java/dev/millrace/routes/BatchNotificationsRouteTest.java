package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.job.SqlInstant;
import dev.millrace.notification.DueNotifications;
import dev.millrace.ratelimit.EmailLimits;
import dev.millrace.ratelimit.SmsLimits;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import dev.millrace.sandbox.mail.MailServer;
import jakarta.mail.internet.MimeMessage;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.AdviceWith;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class BatchNotificationsRouteTest extends RunningMillrace {

  @Autowired private SmsLimits smsLimits;
  @Autowired private EmailLimits emailLimits;
  @Autowired private DueNotifications tick;
  @Autowired private CamelContext camel;

  private final SandboxUser person = SANDBOX.users().get(0);
  private final String number = "+1202555" + "%04d".formatted(System.nanoTime() % 10_000);

  @Test
  void shouldSendATextMessageThroughTwilioOnce() {
    UUID message = sms();

    assertThat(deliver(message)).isEqualTo("{\"sent\":1}");
    assertThat(deliver(message)).isEqualTo("{\"sent\":1}");

    assertThat(SANDBOX.sms().to(number))
        .singleElement()
        .satisfies(
            sms -> {
              assertThat(sms.body()).isEqualTo("Grüße & bis bald");
              assertThat(providerId(message)).isEqualTo(sms.sid());
            });
  }

  @Test
  void shouldPutOffATextMessageThatTwilioHasNoTimeFor() {
    SANDBOX.faults().add(Fault.tooManyRequests(Service.TWILIO, Duration.ofSeconds(120)));
    UUID message = sms();

    assertThat(deliver(message)).isEqualTo("{\"deferred\":1}");
    assertThat(state(message)).isEqualTo("queued twilio_429");
  }

  @Test
  void shouldNotCountTextMessagesThatTwilioDidNotTake() {
    UUID message = sms();
    for (int i = 0; i < 3; i++) {
      SANDBOX.faults().add(Fault.tooManyRequests(Service.TWILIO, Duration.ofSeconds(120)));
      assertThat(deliver(message)).isEqualTo("{\"deferred\":1}");
      due(message);
    }
    SANDBOX.faults().add(Fault.unauthorized(Service.TWILIO));
    assertThat(deliver(message)).isEqualTo("{\"deferred\":1}");
    assertThat(state(message)).isEqualTo("queued sender_refused");

    String user = userOf(message);
    for (int i = 0; i < 10; i++) {
      assertThat(smsLimits.outgoing(user).allowed()).isTrue();
    }
  }

  @Test
  void shouldNotCountTextMessagesWhileNobodyListens() throws Exception {
    AtomicBoolean down = new AtomicBoolean(true);
    AdviceWith.adviceWith(
        camel,
        "send-sms",
        route ->
            route
                .weaveById("post-to-twilio")
                .before()
                .process(
                    exchange -> {
                      if (down.get()) {
                        throw new ConnectException("nobody listens");
                      }
                    }));
    UUID message = sms();
    for (int i = 0; i < 3; i++) {
      Map<String, ?> data = Map.of("kind", "deliver", "messageIds", List.of(message.toString()));
      String id = add("bullmq:batch-notifications?attempts=1", data, Map.of());
      assertThat(ended("batch-notifications", id).failedReason())
          .startsWith("1 of 1 messages could not be sent");
    }
    down.set(false);

    assertThat(state(message)).isEqualTo("queued twilio_unreachable");
    assertThat(smsLimits.outgoing(userOf(message)).remaining()).isEqualTo(9);
  }

  @Test
  void shouldCountATextMessageThatTwilioMayHaveTaken() {
    SANDBOX.faults().add(Fault.acceptThenSilence(Service.TWILIO, Duration.ZERO));
    UUID message = sms();

    deliver(message);

    assertThat(smsLimits.outgoing(userOf(message)).remaining()).isEqualTo(8);
  }

  @Test
  void shouldSayThatTextMessagesCannotBeCounted() {
    UUID message = sms();
    String key = "millrace:ratelimit:sms:user:sliding-log:" + userOf(message);
    redis.opsForSet().add(key, "what no limit can read");
    try {
      assertThat(deliver(message)).isEqualTo("{\"deferred\":1}");

      assertThat(state(message)).isEqualTo("queued limit_unreachable");
      assertThat(SANDBOX.sms().to(number)).isEmpty();
    } finally {
      redis.delete(key);
    }
  }

  @Test
  void shouldPutOffATextMessageBeyondTheLimitOfItsUser() {
    UUID message = sms();
    String user = userOf(message);
    for (int i = 0; i < 10; i++) {
      assertThat(smsLimits.outgoing(user).allowed()).isTrue();
    }

    assertThat(deliver(message)).isEqualTo("{\"deferred\":1}");

    assertThat(state(message)).isEqualTo("queued hourly_limit");
    assertThat(SANDBOX.sms().to(number)).isEmpty();
  }

  @Test
  void shouldRememberThatANumberWantsNoMoreMessagesAndWriteAnEmailInstead() {
    UUID message = sms();
    SANDBOX.sms().refuse(number, 21610);
    int before = SANDBOX.mail().messagesTo(person.email()).size();

    assertThat(deliver(message)).isEqualTo("{\"failed\":1}");
    assertThat(
            jdbc.sql("SELECT opted_out_at IS NOT NULL FROM user_phones")
                .query(Boolean.class)
                .single())
        .isTrue();
    UUID email =
        jdbc.sql("SELECT id FROM outbound_messages WHERE channel = 'email'")
            .query(UUID.class)
            .single();
    assertThat(deliver(email)).isEqualTo("{\"sent\":1}");
    assertThat(SANDBOX.mail().messagesTo(person.email())).hasSize(before + 1);
  }

  @Test
  void shouldTellTwilioWhereToReportWhatBecomesOfAText() {
    UUID message = sms();
    deliver(message);

    assertThat(SANDBOX.sms().to(number).getFirst().statusCallback())
        .isEqualTo("https://millrace.example/api/sms/status?messageId=" + message);
  }

  @Test
  void shouldCloseTheAlertAboutTheSenderOnceATextLeavesAgain() {
    SANDBOX.faults().add(Fault.unauthorized(Service.TWILIO));
    UUID message = sms();
    assertThat(deliver(message)).isEqualTo("{\"deferred\":1}");
    assertThat(openAlerts()).containsExactly("sms_sender_refused");

    due(message);
    assertThat(deliver(message)).isEqualTo("{\"sent\":1}");
    assertThat(openAlerts()).isEmpty();
  }

  @Test
  void shouldPutOffAnEmailBeyondTheLimitOfItsUserAndCountNoneThatDidNotLeave() {
    UUID user = user(person);
    UUID message = message(user, "email", person.email());
    SANDBOX.mail().goAway();
    try {
      Map<String, ?> data = Map.of("kind", "deliver", "messageIds", List.of(message.toString()));
      ended("batch-notifications", add("bullmq:batch-notifications?attempts=1", data, Map.of()));
    } finally {
      SANDBOX.mail().comeBack();
    }
    for (int i = 0; i < 20; i++) {
      assertThat(emailLimits.outgoing(user.toString()).allowed()).as("email %d", i).isTrue();
    }

    assertThat(deliver(message)).isEqualTo("{\"deferred\":1}");
    assertThat(state(message)).isEqualTo("queued hourly_limit");
  }

  @Test
  void shouldSendBothPartsOfADigestThatANewUserGetsByItself() throws Exception {
    UUID user = rows.user(person.email(), "UTC");
    assertThat(tick.find().digests()).as("not before Sunday").isEmpty();
    rows.add("UPDATE notification_preferences SET next_digest_at = now() WHERE user_id = :a", user);
    UUID bob = rows.contact(user, "Bob <b>", "weekly", "2026-01-01T00:00:00Z");
    rows.suggestion(user, bob, inDays(3, 10), inDays(3, 11));
    int before = SANDBOX.mail().messagesTo(person.email()).size();

    Map<String, Object> due = tick.find().digests().getFirst().getFirst();
    run("batch-notifications", due);

    await().until(() -> SANDBOX.mail().messagesTo(person.email()).size() == before + 1);
    MimeMessage mail = SANDBOX.mail().messagesTo(person.email()).getLast();
    assertThat(mail.getHeader("List-Unsubscribe-Post")).isNotEmpty();
    assertThat(MailServer.text(mail)).contains("1) Bob <b>").contains("Bob &lt;b&gt;");
  }

  /** What was written and not delivered, because Redis took no job, is found by the next tick. */
  @Test
  void shouldNotLoseADigestWhoseDeliveryNobodyHeardOf() {
    UUID message = message(user(person), "email", person.email());
    rows.add(
        "UPDATE outbound_messages SET not_before = now() - interval '1 minute' WHERE id = :a",
        message);

    Map<String, Object> due = tick.find().deliveries().getFirst().getFirst();

    assertThat(run("batch-notifications", due).toString()).isEqualTo("{\"sent\":1}");
    assertThat(tick.find().deliveries()).isEmpty();
  }

  @Test
  void shouldKeepAMessageWhileTheMailServerIsAway() {
    UUID user = user(person);
    UUID message = message(user, "email", person.email());
    SANDBOX.mail().goAway();
    try {
      String id =
          add(
              "bullmq:batch-notifications?attempts=5&backoffDelay=200ms",
              Map.of("kind", "deliver", "messageIds", List.of(message.toString())),
              Map.of());
      await()
          .untilAsserted(
              () ->
                  assertThat(ledger("batch-notifications", id))
                      .first()
                      .asString()
                      .startsWith("retry 1 of 1 messages could not be sent"));
      SANDBOX.mail().comeBack();

      assertThat(returned("batch-notifications", id).toString()).isEqualTo("{\"sent\":1}");
    } finally {
      SANDBOX.mail().goAway();
      SANDBOX.mail().comeBack();
    }
  }

  @Test
  void shouldComposeADigestAndDeliverItByBothChannels() {
    UUID user = user(person);
    atNoon(user);
    rows.phone(user, number);
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    rows.add(
        """
        UPDATE notification_preferences SET next_digest_date = :b, next_digest_at = :c
        WHERE user_id = :a
        """,
        user,
        today,
        SqlInstant.of(Instant.now()));
    UUID bob = rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    rows.suggestion(user, bob, inDays(3, 10), inDays(3, 11));
    int before = SANDBOX.mail().messagesTo(person.email()).size();
    Map<String, String> data =
        Map.of("userId", user.toString(), "occurrenceDate", today.toString());

    assertThat(run("batch-notifications", data).toString())
        .contains("\"composed\":2", "\"items\":1");

    await().until(() -> SANDBOX.sms().to(number).size() == 1);
    await().until(() -> SANDBOX.mail().messagesTo(person.email()).size() == before + 1);
    await()
        .untilAsserted(
            () ->
                assertThat(
                        jdbc.sql("SELECT first_sent_at IS NOT NULL FROM suggestions")
                            .query(Boolean.class)
                            .single())
                    .isTrue());
    assertThat(run("batch-notifications", data).toString()).isEqualTo("{\"skipped\":\"not_due\"}");
  }

  private String deliver(UUID message) {
    return run(
            "batch-notifications",
            Map.of("kind", "deliver", "messageIds", List.of(message.toString())))
        .toString();
  }

  private UUID sms() {
    UUID user = user(person);
    atNoon(user);
    rows.phone(user, number);
    return message(user, "sms", number);
  }

  private UUID message(UUID user, String channel, String address) {
    return rows.add(
        """
        INSERT INTO outbound_messages (id, user_id, channel, purpose, dedup_key, to_address, subject,
                                       body, expires_at)
        VALUES (:id, :a, CAST(:b AS msg_channel), 'digest', CAST(:id AS text), :c, 'Subject',
                'Grüße & bis bald', now() + interval '1 day')
        """,
        user,
        channel,
        address);
  }

  private String state(UUID message) {
    return jdbc.sql("SELECT state || ' ' || state_reason FROM outbound_messages WHERE id = :id")
        .param("id", message)
        .query(String.class)
        .single();
  }

  private void due(UUID message) {
    jdbc.sql("UPDATE outbound_messages SET not_before = now() - interval '1 day' WHERE id = :id")
        .param("id", message)
        .update();
  }

  private String userOf(UUID message) {
    return jdbc.sql("SELECT user_id FROM outbound_messages WHERE id = :id")
        .param("id", message)
        .query(UUID.class)
        .single()
        .toString();
  }

  private List<String> openAlerts() {
    return jdbc.sql("SELECT kind FROM admin_alerts WHERE closed_at IS NULL")
        .query(String.class)
        .list();
  }

  private String providerId(UUID message) {
    return jdbc.sql("SELECT provider_id FROM outbound_messages WHERE id = :id")
        .param("id", message)
        .query(String.class)
        .single();
  }
}
