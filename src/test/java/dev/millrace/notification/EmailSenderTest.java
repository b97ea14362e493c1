package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import dev.millrace.job.SqlInstant;
import dev.millrace.sandbox.mail.MailServer;
import dev.millrace.setting.RefusedSetting;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailSenderTest {

  private static final String START = "2026-03-02T15:00:00Z";

  private final TestClock clock = new TestClock(START);
  private JobBeans beans;
  private Rows rows;
  private UUID user;

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldSendAnEmailOnceWithItsOwnMessageId() throws Exception {
    try (MailServer server = MailServer.start(0)) {
      start(server.port());
      UUID message = email("Hello", "digest");

      assertThat(deliver(message)).containsEntry("sent", 1);
      assertThat(deliver(message)).containsEntry("sent", 1);

      assertThat(server.messages()).hasSize(1);
      MimeMessage sent = server.messages().getFirst();
      assertThat(MailServer.recipients(sent)).containsExactly("ann@example.org");
      assertThat(sent.getMessageID()).isEqualTo("<" + message + "@millrace.example>");
      assertThat(sent.getHeader("Auto-Submitted")).containsExactly("auto-generated");
      assertThat(sent.getSentDate().toInstant()).isEqualTo(Instant.parse(START));
    }
  }

  @Test
  void shouldSendBothFormsInUtf8() throws Exception {
    try (MailServer server = MailServer.start(0)) {
      start(server.port());
      UUID message = email("Zoë trifft 李小龍", "digest");
      rows.add("UPDATE outbound_messages SET body_html = '<p>Zoë 李小龍</p>' WHERE id = :a", message);

      deliver(message);

      MimeMessage sent = server.messages().getFirst();
      assertThat(sent.getSubject()).isEqualTo("Zoë trifft 李小龍");
      String parts = parts(sent.getContent());
      assertThat(parts).contains("text/plain; charset=UTF-8|Grüße & bis bald");
      assertThat(parts).contains("text/html;charset=UTF-8|<p>Zoë 李小龍</p>");
    }
  }

  @Test
  void shouldLetMailProgramsStopDigestsButNoNoticesOfABrokenConnection() throws Exception {
    try (MailServer server = MailServer.start(0)) {
      start(server.port());
      deliver(email("Digest", "digest"), email("Notice", "token_notice"));

      MimeMessage digest = server.messages().get(0);
      String link = beans.get(UnsubscribeLinks.class).of(user);
      assertThat(digest.getHeader("List-Unsubscribe")).containsExactly("<" + link + ">");
      assertThat(digest.getHeader("List-Unsubscribe-Post"))
          .containsExactly("List-Unsubscribe=One-Click");
      assertThat(link).startsWith("https://millrace.example/api/unsubscribe?token=");
      assertThat(server.messages().get(1).getHeader("List-Unsubscribe")).isNull();
    }
  }

  @Test
  void shouldNotLetANameAddHeadersToMyMail() throws Exception {
    try (MailServer server = MailServer.start(0)) {
      start(server.port());

      deliver(email("Soon: Bob\r\nBcc: eve@example.org\r\n\r\nHi", "realtime"));

      MimeMessage sent = server.messages().getFirst();
      assertThat(sent.getHeader("Bcc")).isNull();
      assertThat(sent.getSubject()).isEqualTo("Soon: Bob Bcc: eve@example.org Hi");
      assertThat(sent.getAllRecipients()).hasSize(1);
    }
  }

  @Test
  void shouldTryAgainWhenTheMailServerIsAway() {
    start(1);
    UUID message = email("Hello", "digest");

    assertThatThrownBy(() -> deliver(message))
        .isInstanceOf(DeliveryIncompleteException.class)
        .hasMessageContaining("1 of 1");
    assertThat(state(message)).isEqualTo("queued smtp_unreachable");
  }

  @ParameterizedTest
  @CsvSource({
    "RCPT, 451 come back later, queued smtp_451",
    "MAIL, 421 too busy, queued smtp_421",
    "., 452 no room, queued smtp_452",
    "RCPT, '', queued smtp_unreachable",
    "DATA, '', queued smtp_unreachable",
    "RCPT, 550 nobody here, failed smtp_550",
    "., 554 looks like spam, failed smtp_554",
    "., '', unknown smtp_no_answer",
    "MAIL, 530 who are you, queued sender_refused",
    "MAIL, 553 not your address, queued sender_refused",
    "MAIL, 552 too large, failed smtp_552",
  })
  void shouldKnowWhatMayBeSentAgain(String command, String reply, String outcome) throws Exception {
    try (ScriptedMailServer server = new ScriptedMailServer(Map.of(command, reply))) {
      start(server.port());
      UUID message = email("Hello", "digest");

      sendAll(message);

      assertThat(state(message)).isEqualTo(outcome);
    }
  }

  @Test
  void shouldNotLetOnesFailureHoldUpTheOthers() throws Exception {
    try (MailServer server = MailServer.start(0)) {
      start(server.port());
      UUID broken = email("Hello", "digest");
      rows.add("UPDATE users SET email = 'no address' WHERE id = :a", user);
      rows.add("UPDATE outbound_messages SET to_address = 'no address' WHERE id = :a", broken);
      user = rows.user("ann2@example.org", "UTC");
      UUID fine = message("ann2@example.org", "Hello", "digest");

      assertThat(deliver(broken, fine)).containsEntry("failed", 1).containsEntry("sent", 1);
      assertThat(state(broken)).isEqualTo("failed unwritable");
    }
  }

  @Test
  void shouldSendADoubtfulEmailOnceMoreAndNoMore() throws Exception {
    try (ScriptedMailServer server = new ScriptedMailServer(Map.of(".", ScriptedMailServer.CUT))) {
      start(server.port());
      UUID message = email("Hello", "digest");
      DueNotifications tick = beans.get(DueNotifications.class);

      assertThat(deliver(message)).containsEntry("unknown", 1);
      assertThat(beans.get(Delivery.class).claim(message, clock.instant()))
          .as("not at once")
          .isNull();
      clock.advance(OutboxRow.EMAIL_DOUBTFUL_AFTER);
      assertThat(tick.find().deliveries()).hasSize(1);
      assertThat(deliver(message)).containsEntry("unknown", 1);
      clock.advance(OutboxRow.EMAIL_DOUBTFUL_AFTER);
      assertThat(tick.find().deliveries()).as("to be ended").hasSize(1);
      assertThat(deliver(message)).containsEntry("failed", 1);
      assertThat(state(message)).isEqualTo("failed smtp_no_answer");
      assertThat(tick.find().deliveries()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "554 5.7.1 <ann@example.org>: Relay access denied",
        "550 5.7.1 Relaying denied",
        "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain"
      })
  void shouldWaitWhereItMayNotSendThroughTheServer(String answer) throws Exception {
    try (ScriptedMailServer server = new ScriptedMailServer(Map.of("RCPT", answer))) {
      start(server.port());
      UUID message = email("Hello", "digest");

      sendAll(message);

      assertThat(state(message)).isEqualTo("queued sender_refused");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-reply", "a@example.org, b@example.org", "Millrace <>", ""})
  void shouldNotStartWithASenderThatIsNoAddress(String setting) {
    start(1);

    assertThatThrownBy(() -> new MailFrom(setting))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("app.mail-from");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7})
  void shouldCountRefusalsApartFromDoubt(int refusals) throws Exception {
    try (ScriptedMailServer server = new ScriptedMailServer(Map.of(".", ScriptedMailServer.CUT))) {
      start(server.port());
      UUID message = email("Hello", "digest");
      rows.add("UPDATE outbound_messages SET refusals = :b WHERE id = :a", message, refusals);

      sendAll(message);
      clock.advance(OutboxRow.EMAIL_DOUBTFUL_AFTER);

      assertThat(beans.get(Delivery.class).claim(message, clock.instant()))
          .as("once more")
          .isNotNull();
    }
  }

  @Test
  void shouldAskAMailServerThatIsAwayLessAndLessOften() {
    start(1);
    UUID message = email("Hello", "digest");
    int attempts = 0;
    for (int minute = 0; minute < 600; minute++) {
      OutgoingEmail email =
          (OutgoingEmail) beans.get(Delivery.class).claim(message, clock.instant());
      if (email != null) {
        beans.get(EmailSender.class).send(email);
        attempts++;
      }
      clock.advance(Duration.ofMinutes(1));
    }

    assertThat(attempts).isBetween(10, 20);
    assertThat(state(message)).isEqualTo("queued smtp_unreachable");
  }

  @Test
  void shouldTellTheOperatorThatTheLoginIsRefusedUntilAMailLeavesAgain() throws Exception {
    try (ScriptedMailServer server = new ScriptedMailServer(Map.of("MAIL", "535 wrong password"))) {
      start(server.port());
      assertThat(deliver(email("Hello", "digest"))).containsEntry("deferred", 1);
      assertThat(beans.texts("SELECT kind FROM admin_alerts WHERE closed_at IS NULL"))
          .containsExactly("email_sender_refused");
    }
    beans.close();
    try (MailServer server = MailServer.start(0)) {
      startWithAlert(server.port());
      assertThat(deliver(email("Hello", "digest"))).containsEntry("sent", 1);
      assertThat(beans.texts("SELECT kind FROM admin_alerts WHERE closed_at IS NULL")).isEmpty();
    }
  }

  @Test
  void shouldCountWhatBecameOfMessagesAndHowLateTheyLeft() throws Exception {
    try (MailServer server = MailServer.start(0)) {
      start(server.port());
      UUID message = email("Hello", "digest");
      clock.advance(Duration.ofSeconds(40));

      deliver(message);

      MeterRegistry meters = beans.get(MeterRegistry.class);
      assertThat(
              meters
                  .get("messages")
                  .tags("channel", "email", "purpose", "digest", "state", "sent")
                  .counter()
                  .count())
          .isEqualTo(1);
      assertThat(meters.get("messages.delay").timer().totalTime(TimeUnit.SECONDS)).isEqualTo(40);
    }
  }

  private void start(int mailPort) {
    beans = NotificationBeans.start(clock, mailPort);
    rows = beans.rows();
    user = rows.user("ann@example.org", "UTC");
  }

  /** A new start empties the database. */
  private void startWithAlert(int mailPort) {
    start(mailPort);
    rows.add(
        """
        INSERT INTO admin_alerts (kind, dedup_key, detail, first_at, last_at)
        VALUES (:a, :a, '{}', now(), now())
        """,
        EmailSender.SENDER_REFUSED);
  }

  private Map<String, Object> deliver(UUID... ids) {
    sendAll(ids);
    return beans.get(Delivery.class).conclude(List.of(ids));
  }

  private void sendAll(UUID... ids) {
    List.of(ids).stream()
        .map(id -> beans.get(Delivery.class).claim(id, clock.instant()))
        .filter(Objects::nonNull)
        .forEach(email -> beans.get(EmailSender.class).send((OutgoingEmail) email));
  }

  private UUID email(String subject, String purpose) {
    return message("ann@example.org", subject, purpose);
  }

  private UUID message(String address, String subject, String purpose) {
    return rows.add(
        """
        INSERT INTO outbound_messages (id, user_id, channel, purpose, dedup_key, to_address, subject,
                                       body, not_before, expires_at)
        VALUES (:id, :a, 'email', :b, CAST(:id AS text), :c, :d, 'Grüße & bis bald', :e, :f)
        """,
        user,
        purpose,
        address,
        subject,
        SqlInstant.of(clock.instant()),
        SqlInstant.of(clock.instant().plus(Duration.ofDays(3))));
  }

  private String state(UUID id) {
    return beans.text(
        "SELECT state || ' ' || coalesce(state_reason, 'null') FROM outbound_messages WHERE id = '%s'"
            .formatted(id));
  }

  private static String parts(Object content) throws Exception {
    if (!(content instanceof Multipart multipart)) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < multipart.getCount(); at++) {
      Object part = multipart.getBodyPart(at).getContent();
      text.append(
          part instanceof String plain
              ? multipart.getBodyPart(at).getContentType() + "|" + plain.strip() + "\n"
              : parts(part));
    }
    return text.toString();
  }
}
