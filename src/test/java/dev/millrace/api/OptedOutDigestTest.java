package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.sandbox.mail.MailServer;
import dev.millrace.sandbox.twilio.Sms;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What STOP does to the digests that follow, with all of it running. */
class OptedOutDigestTest extends Texting {

  @Autowired ProducerTemplate producer;

  @BeforeEach
  void beWhereItIsNoon() {
    SANDBOX.callbacks().automatic(true);
    // the names count from Greenwich westwards
    int west = LocalTime.now(ZoneOffset.UTC).getHour() - 12;
    jdbc.sql("UPDATE users SET time_zone = :zone WHERE id = :user")
        .param("zone", "Etc/GMT" + (west < 0 ? "" : "+") + west)
        .param("user", user)
        .update();
    rows.add("INSERT INTO notification_preferences (user_id) VALUES (:a)", user);
  }

  @AfterEach
  void reportNothingByItself() {
    SANDBOX.callbacks().automatic(false);
  }

  @Test
  void shouldSendDigestsByMailAloneAfterStop() {
    UUID suggestion = suggestion("Ann Lee", 0);
    compose();
    awaitMails(1);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(states("sms")).containsExactly("delivered"));
    assertThat(sent()).hasSize(1);

    text("STOP");
    compose();
    awaitMails(2);

    assertThat(sent()).as("texts that left").hasSize(1);
    assertThat(states("email")).containsExactly("sent", "sent");
    assertThat(states("sms")).containsExactly("delivered");
    // and by text again once the user wants it
    text("START");
    compose();
    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(sent()).hasSize(2));
    assertThat(text("1").text()).contains("Agreed", "Ann Lee");
    assertThat(state(suggestion)).isEqualTo("accepted");
  }

  @Test
  void shouldNotSendWhatWaitedWhenTheUserWroteStop() {
    suggestion("Ann Lee", 0);
    UUID waiting = sms("digest", "queued", null);
    text("STOP");

    producer.sendBody(
        "bullmq:batch-notifications",
        Map.of("kind", "deliver", "messageIds", List.of(waiting.toString())));

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(states("sms")).containsExactly("suppressed"));
    assertThat(sent()).isEmpty();
  }

  /** A digest of a date that has had none. */
  private void compose() {
    LocalDate date =
        jdbc.sql("SELECT count(*) FROM outbound_messages WHERE user_id = :user")
            .param("user", user)
            .query((rs, row) -> LocalDate.now().plusDays(rs.getInt(1)))
            .single();
    jdbc.sql(
            """
            UPDATE notification_preferences SET next_digest_date = :date, next_digest_at = now()
            WHERE user_id = :user
            """)
        .param("date", date)
        .param("user", user)
        .update();
    producer.sendBody(
        "bullmq:batch-notifications",
        Map.of("userId", user.toString(), "occurrenceDate", date.toString()));
  }

  private void awaitMails(int count) {
    String address = value("SELECT email FROM users WHERE id = :id", user);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                SANDBOX.mail().messages().stream()
                        .filter(mail -> MailServer.recipients(mail).contains(address))
                        .count()
                    == count);
    await().untilAsserted(() -> assertThat(states("email")).hasSize(count).containsOnly("sent"));
  }

  private List<Sms> sent() {
    return SANDBOX.sms().to(number).stream()
        .filter(sms -> sms.direction().equals("outbound-api"))
        .toList();
  }

  private List<String> states(String channel) {
    return jdbc.sql(
            """
            SELECT state FROM outbound_messages
            WHERE user_id = :user AND channel = CAST(:channel AS msg_channel) ORDER BY created_at
            """)
        .param("user", user)
        .param("channel", channel)
        .query(String.class)
        .list();
  }
}
