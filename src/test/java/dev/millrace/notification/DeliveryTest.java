package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.PermanentException;
import dev.millrace.job.Rows;
import dev.millrace.job.SqlInstant;
import dev.millrace.sandbox.mail.MailServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliveryTest {

  private final TestClock clock = new TestClock("2026-03-02T15:00:00Z");
  private JobBeans beans;
  private Rows rows;
  private Delivery delivery;
  private UUID user;

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldNoteWhenTheUserFirstSawASuggestion() {
    try (MailServer server = MailServer.start(0)) {
      start(server.port());
      UUID message = email();
      UUID bob = rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
      UUID suggestion = rows.suggestion(user, bob, "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
      rows.add(
          "INSERT INTO digest_items (message_id, position, suggestion_id) VALUES (:a, 1, :b)",
          message,
          suggestion);

      deliver(message);

      assertThat(beans.text("SELECT first_sent_at = '2026-03-02T15:00:00Z' FROM suggestions"))
          .isEqualTo("t");
    }
  }

  @Test
  void shouldClaimAMessageOnlyOnceWhenJobsRunAtTheSameTime() {
    start(1);
    List<UUID> ids = Stream.generate(this::email).limit(20).toList();
    List<CompletableFuture<List<OutgoingEmail>>> runs = new ArrayList<>();
    for (int run = 0; run < 4; run++) {
      runs.add(CompletableFuture.supplyAsync(() -> emails(ids)));
    }

    assertThat(runs.stream().flatMap(run -> run.join().stream().map(OutgoingEmail::id)))
        .hasSize(20)
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldTakeOverAnEmailWhoseSenderDied() {
    start(1);
    UUID message = email();
    claimed(List.of(message));

    clock.advance(OutboxRow.EMAIL_DOUBTFUL_AFTER);

    assertThat(emails(List.of(message))).hasSize(1);
  }

  @Test
  void shouldNotPostATextMessageASecondTimeUnseen() {
    start(1);
    UUID message = sms();
    assertThat(texts(List.of(message))).hasSize(1);

    clock.advance(Duration.ofHours(1));

    assertThat(texts(List.of(message))).isEmpty();
  }

  @Test
  void shouldNotTellMeOfWhatIHaveAnsweredMeanwhile() {
    start(1);
    UUID message = sms();
    UUID bob = rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    UUID cy = rows.contact(user, "Cy", "weekly", "2026-01-01T00:00:00Z");
    UUID one = rows.suggestion(user, bob, "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
    UUID two = rows.suggestion(user, cy, "2026-03-05T12:00:00Z", "2026-03-05T13:00:00Z");
    String item =
        "INSERT INTO digest_items (message_id, position, suggestion_id) VALUES (:a, :b, :c)";
    rows.add(item, message, 1, one);
    rows.add(item, message, 2, two);
    rows.add("UPDATE suggestions SET state = 'accepted' WHERE id = :a", one);
    clock.set("2026-03-02T23:30:00Z");
    assertThat(deliver(message)).as("one is still open").containsEntry("deferred", 1);

    rows.add("UPDATE suggestions SET state = 'dismissed' WHERE id = :a", two);
    clock.set("2026-03-03T08:00:00Z");

    assertThat(deliver(message)).containsEntry("suppressed", 1);
    assertThat(state(message)).isEqualTo("suppressed answered");
  }

  @Test
  void shouldSendInSpiteOfAZoneThatNobodyKnows() {
    start(1);
    rows.add("UPDATE users SET time_zone = 'Mars/Olympus' WHERE id = :a", user);

    assertThat(texts(List.of(sms()))).hasSize(1);
    clock.set("2026-03-02T23:30:00Z");
    assertThat(deliver(sms())).as("night in UTC").containsEntry("deferred", 1);
  }

  @Test
  void shouldLeaveToTheNextRunWhatDoesNotFitIntoTheTimeOfAJob() {
    start(1);
    UUID message = sms();
    Instant end = delivery.end();
    clock.advance(Delivery.LONGEST.plusSeconds(1));

    assertThat(delivery.claim(message, end)).isNull();

    assertThat(state(message)).isEqualTo("queued null");
    assertThat(delivery.claim(message, delivery.end())).isInstanceOf(OutgoingSms.class);
  }

  @Test
  void shouldAskForABacklogInFewJobsWithTheUrgentOnesFirst() {
    start(1);
    List<UUID> ids = Stream.generate(this::email).limit(120).toList();
    rows.add("UPDATE outbound_messages SET purpose = 'realtime' WHERE id = :a", ids.getFirst());
    clock.advance(Duration.ofMinutes(1));
    DueNotifications tick = beans.get(DueNotifications.class);

    List<Map<String, Object>> jobs = jobs(tick);
    Set<Object> batches = jobs.stream().map(job -> job.get("batch")).collect(Collectors.toSet());
    assertThat(batches).hasSameSizeAs(jobs).hasSizeLessThanOrEqualTo(11);
    assertThat(jobs.stream().filter(job -> job.get("priority").equals(2))).hasSize(1);
    assertThat(jobs).allSatisfy(job -> assertThat(job.get("priority")).isIn(2, 4));

    ids.subList(0, 40).forEach(id -> rows.add("DELETE FROM outbound_messages WHERE id = :a", id));
    assertThat(batches)
        .as("what is left stays where it was")
        .containsAll(jobs(tick).stream().map(job -> job.get("batch")).toList());
  }

  private static List<Map<String, Object>> jobs(DueNotifications tick) {
    return tick.find().deliveries().stream().flatMap(List::stream).toList();
  }

  @Test
  void shouldSendACodeAtNightToANumberThatIsNotVerifiedYetAndKeepNoCopy() {
    start(1);
    clock.set("2026-03-02T23:30:00Z");
    UUID code = message("sms", "+12025550177");
    rows.add(
        """
        UPDATE outbound_messages SET purpose = 'verification', body = 'Your code is 123456',
          expires_at = :b WHERE id = :a
        """,
        code,
        SqlInstant.of(clock.instant().plus(Duration.ofMinutes(10))));
    rows.claim(user, "+12025550177", code);
    rows.add(
        "INSERT INTO notification_preferences (user_id, paused_until) VALUES (:a, :b)",
        user,
        SqlInstant.of(clock.instant().plus(Duration.ofDays(1))));

    OutgoingSms sms = texts(List.of(code)).getFirst();
    assertThat(sms.validitySeconds()).isEqualTo(600);
    beans.get(SmsAnswers.class).answered(sms, 201, null, "{\"sid\":\"SM1\"}");

    assertThat(state(code)).isEqualTo("sent null");
    assertThat(beans.text("SELECT body FROM outbound_messages")).isEmpty();
  }

  @Test
  void shouldNotSendACodeThatIsNoLongerGood() {
    start(1);
    UUID code = message("sms", "+12025550177");
    rows.add(
        "UPDATE outbound_messages SET purpose = 'verification', expires_at = :b WHERE id = :a",
        code,
        now());

    assertThat(deliver(code)).containsEntry("suppressed", 1);
    assertThat(beans.text("SELECT body FROM outbound_messages")).isEmpty();
    assertThat(beans.text("SELECT count(*) FROM outbound_messages")).as("no e-mail").isEqualTo("1");
  }

  @Test
  void shouldNotLetATextArriveInQuietHours() {
    start(1);
    clock.set("2026-03-02T20:00:00Z");
    assertThat(texts(List.of(sms())).getFirst().validitySeconds()).isEqualTo(3_600);

    clock.set("2026-03-02T20:59:45Z");
    UUID late = sms();
    assertThat(deliver(late)).containsEntry("deferred", 1);
    assertThat(notBefore(late)).isEqualTo("2026-03-03 08:00");
  }

  @Test
  void shouldSuppressATextThatWouldBeTooLateAfterQuietHours() {
    start(1);
    clock.set("2026-03-02T23:00:00Z");
    UUID text = sms();
    rows.add(
        "UPDATE outbound_messages SET expires_at = '2026-03-03T07:00:00Z' WHERE id = :a", text);

    assertThat(deliver(text)).containsEntry("suppressed", 1);
    assertThat(state(text)).isEqualTo("suppressed quiet_hours");
  }

  @Test
  void shouldSendNothingToAnAddressThatIsNoLongerTheUsersOrThatWantsNoMore() {
    start(1);
    UUID moved = message("email", "old@example.org");
    UUID off = sms();
    rows.add(
        "INSERT INTO notification_preferences (user_id, sms_enabled) VALUES (:a, false)", user);

    assertThat(deliver(moved, off)).containsEntry("suppressed", 2);
    assertThat(state(moved)).isEqualTo("suppressed address_changed");
    assertThat(state(off)).isEqualTo("suppressed switched_off");
  }

  @Test
  void shouldSuppressWhatIsTooLateOrNoLongerWanted() {
    start(1);
    UUID late = email();
    rows.add("UPDATE outbound_messages SET expires_at = :b WHERE id = :a", late, now());
    UUID stopped = sms();
    rows.add("UPDATE user_phones SET opted_out_at = now() WHERE user_id = :a", user);

    assertThat(deliver(late, stopped)).containsEntry("suppressed", 2);
    assertThat(state(late)).isEqualTo("suppressed expired");
    assertThat(state(stopped)).isEqualTo("suppressed phone_not_usable");
    assertThat(
            beans.texts(
                """
                SELECT to_address FROM outbound_messages WHERE channel = 'email' AND state = 'queued'
                """))
        .as("the text of who wrote STOP comes by e-mail")
        .containsExactly("ann@example.org");
  }

  @Test
  void shouldPutOffATextMessageInQuietHoursAndEverythingInAPause() {
    start(1);
    clock.set("2026-03-02T23:00:00Z");
    UUID quiet = sms();

    assertThat(deliver(quiet)).containsEntry("deferred", 1);
    assertThat(notBefore(quiet)).isEqualTo("2026-03-03 08:00");

    rows.add(
        """
        INSERT INTO notification_preferences (user_id, paused_until)
        VALUES (:a, '2026-03-04T00:00:00Z')
        """,
        user);
    UUID paused = email();
    assertThat(deliver(paused)).containsEntry("deferred", 1);
    assertThat(notBefore(paused)).isEqualTo("2026-03-04 00:00");
  }

  @Test
  void shouldLeaveTheLimitOfTextMessagesToWhoPostsThem() {
    start(1);
    List<UUID> ids = Stream.generate(this::sms).limit(30).toList();

    assertThat(texts(ids)).hasSize(30);
  }

  @Test
  void shouldAnswerNothingForNothing() {
    start(1);

    assertThat(delivery.conclude(delivery.messages(payload(List.of())))).isEmpty();
    assertThatThrownBy(() -> delivery.messages(Map.of("kind", "deliver")))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("messageIds");
  }

  @Test
  void shouldNotShowAddressesOrTextsWhenPrinted() {
    start(1);
    OutgoingSms sms = claimedSms();
    OutgoingEmail email = emails(List.of(email())).getFirst();

    assertThat(sms.toString()).doesNotContain(sms.to()).doesNotContain(sms.body());
    assertThat(email.toString()).doesNotContain(email.to()).doesNotContain(email.body());
    assertThat(sms.form().replace(sms.id().toString(), "<id>"))
        .isEqualTo(
            "To=%2B12025550143&From=%2B15005550006&Body=Hello+%26+bye"
                + "&StatusCallback=https%3A%2F%2Fmillrace.example%2Fapi%2Fsms%2Fstatus%3FmessageId%3D<id>"
                + "&ValidityPeriod=14400");
  }

  private void start(int mailPort) {
    beans = NotificationBeans.start(clock, mailPort);
    rows = beans.rows();
    delivery = beans.get(Delivery.class);
    user = rows.user("ann@example.org", "UTC");
    rows.phone(user, "+12025550143");
  }

  private Map<String, Object> deliver(UUID... ids) {
    emails(List.of(ids)).forEach(beans.get(EmailSender.class)::send);
    return delivery.conclude(List.of(ids));
  }

  private List<Object> claimed(List<UUID> ids) {
    return ids.stream()
        .map(id -> delivery.claim(id, clock.instant()))
        .filter(Objects::nonNull)
        .toList();
  }

  private List<OutgoingEmail> emails(List<UUID> ids) {
    return claimed(ids).stream()
        .filter(OutgoingEmail.class::isInstance)
        .map(OutgoingEmail.class::cast)
        .toList();
  }

  private List<OutgoingSms> texts(List<UUID> ids) {
    return claimed(ids).stream()
        .filter(OutgoingSms.class::isInstance)
        .map(OutgoingSms.class::cast)
        .toList();
  }

  private OutgoingSms claimedSms() {
    return texts(List.of(sms())).getFirst();
  }

  private UUID email() {
    return message("email", "ann@example.org");
  }

  private UUID sms() {
    return message("sms", "+12025550143");
  }

  private UUID message(String channel, String address) {
    return rows.add(
        """
        INSERT INTO outbound_messages (id, user_id, channel, purpose, dedup_key, to_address, subject,
                                       body, not_before, expires_at)
        VALUES (:id, :a, CAST(:b AS msg_channel), 'digest', CAST(:id AS text), :c, 'Subject',
                'Hello & bye', :d, :e)
        """,
        user,
        channel,
        address,
        now(),
        SqlInstant.of(clock.instant().plus(Duration.ofDays(3))));
  }

  private Object now() {
    return SqlInstant.of(clock.instant());
  }

  private static Map<String, Object> payload(List<UUID> ids) {
    return Map.of("kind", "deliver", "messageIds", ids.stream().map(UUID::toString).toList());
  }

  private String state(UUID id) {
    return beans.text(
        "SELECT state || ' ' || coalesce(state_reason, 'null') FROM outbound_messages WHERE id = '%s'"
            .formatted(id));
  }

  private String notBefore(UUID id) {
    return beans.text(
        """
        SELECT to_char(not_before AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')
        FROM outbound_messages WHERE id = '%s'
        """
            .formatted(id));
  }
}
