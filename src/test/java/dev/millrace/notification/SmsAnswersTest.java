package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import dev.millrace.job.SqlInstant;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmsAnswersTest {

  private final TestClock clock = new TestClock("2026-03-02T15:00:00Z");
  private JobBeans beans;
  private Rows rows;
  private SmsAnswers answers;
  private MeterRegistry meters;
  private UUID user;

  @BeforeEach
  void start() {
    beans = NotificationBeans.start(clock);
    rows = beans.rows();
    answers = beans.get(SmsAnswers.class);
    meters = beans.get(MeterRegistry.class);
    user = rows.user("ann@example.org", "UTC");
    rows.phone(user, "+12025550143");
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @ParameterizedTest
  @CsvSource({
    "201, {\"sid\":\"SM1\"}, sent null",
    "429, {\"code\":20429}, queued twilio_429",
    "500, <html>, unknown twilio_500",
    "503, , unknown twilio_503",
    "401, {\"code\":20003}, queued sender_refused",
    "400, {\"code\":21606}, queued sender_refused",
    "400, {\"code\":21612}, failed twilio_400",
    "400, {\"code\":21608}, failed twilio_400",
    "201, {}, unknown twilio_no_sid",
    "400, {\"code\":21704}, queued sender_refused",
    "403, {\"code\":20006}, queued sender_refused",
    "403, {\"code\":21408}, failed twilio_403",
    "404, , queued sender_refused",
    "400, not json, queued sender_refused",
  })
  void shouldKnowWhatMayBePostedAgain(int status, String body, String outcome) {
    OutgoingSms sms = claimed();

    answers.answered(sms, status, null, body);

    assertThat(state(sms.id())).isEqualTo(outcome);
    assertThat(beans.text("SELECT opted_out_at IS NULL AND unusable_code IS NULL FROM user_phones"))
        .isEqualTo("t");
  }

  @ParameterizedTest
  @CsvSource({"120, 15:02", ", 15:01", "soon, 15:01", "-5, 15:00", "999999, 16:00"})
  void shouldWaitAsLongAsTwilioAsksWithoutLosingAnAttempt(String retryAfter, String until) {
    OutgoingSms sms = claimed();

    assertThat(answers.answered(sms, 429, retryAfter, "")).isTrue();

    assertThat(
            beans.text(
                """
                SELECT to_char(not_before AT TIME ZONE 'UTC', 'HH24:MI') || ' ' || attempts
                FROM outbound_messages
                """))
        .isEqualTo(until + " 0");
  }

  @Test
  void shouldPostAnUnansweredTextOnlyAfterLookingForIt() {
    OutgoingSms silent = claimed();
    answers.unanswered(silent);
    assertThat(state(silent.id())).isEqualTo("unknown twilio_no_answer");

    OutgoingSms unreachable = claimed();
    answers.unreachable(unreachable);
    assertThat(state(unreachable.id())).isEqualTo("queued twilio_unreachable");
  }

  @Test
  void shouldTellTheOperatorOfARefusedSenderUntilATextLeavesAgain() {
    answers.answered(claimed(), 401, null, "{\"code\":20003}");
    assertThat(openAlerts()).isEqualTo("sms_sender_refused");

    answers.answered(claimed(), 201, null, "{\"sid\":\"SM1\"}");
    assertThat(openAlerts()).isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource({"21610, opted_out_at", "21211, unusable_code", "21614, unusable_code"})
  void shouldRememberANumberThatTakesNoTextsAndWriteAnEmailOnce(String code, String column) {
    OutgoingSms sms = claimed();

    answers.answered(sms, 400, null, "{\"code\":%s}".formatted(code));
    beans.get(EmailInstead.class).of(sms.id());

    assertThat(beans.text("SELECT %s IS NOT NULL FROM user_phones".formatted(column)))
        .isEqualTo("t");
    assertThat(beans.text("SELECT provider_code FROM outbound_messages WHERE channel = 'sms'"))
        .isEqualTo(code);
    assertThat(
            beans.texts(
                "SELECT to_address || ' ' || state FROM outbound_messages WHERE channel = 'email'"))
        .containsExactly("ann@example.org queued");
    assertThat(beans.text("SELECT body FROM outbound_messages WHERE channel = 'email'"))
        .contains("Hello & bye")
        .doesNotContain("STOP");
  }

  @Test
  void shouldLetTheEmailInPlaceOfATextBeStoppedAndWithdrawn() {
    OutgoingSms sms = claimed();
    UUID notice =
        rows.add(
            "INSERT INTO notices (id, user_id, kind, subject_key) VALUES (:id, :a, 'token_invalid', 'x')",
            user);
    rows.add("INSERT INTO notice_messages VALUES (:a, :b)", notice, sms.id());

    answers.answered(sms, 400, null, "{\"code\":21610}");

    assertThat(
            beans.texts(
                """
                SELECT body FROM outbound_messages m JOIN notice_messages l ON l.message_id = m.id
                WHERE m.channel = 'email'
                """))
        .singleElement()
        .asString()
        .contains("https://millrace.example/api/unsubscribe?token=");
    rows.add("UPDATE notices SET resolved_at = now() WHERE id = :a", notice);
    assertThat(beans.get(SettledNotices.class).withdraw()).isEqualTo(1);
  }

  @Test
  void shouldPostNothingAMinuteAfterTheClaim() {
    OutgoingSms sms = claimed();
    assertThat(answers.tooLate(sms)).isFalse();

    clock.advance(Duration.ofSeconds(61));

    assertThat(answers.tooLate(sms)).isTrue();
    assertThat(state(sms.id())).isEqualTo("queued claim_too_old");
  }

  @Test
  void shouldCountCallsByTheirAnswers() {
    answers.answered(claimed(), 201, null, "{\"sid\":\"SM1\"}");
    answers.answered(claimed(), 429, null, "");
    answers.unreachable(claimed());
    answers.unanswered(claimed());

    assertThat(calls("201")).isEqualTo(1);
    assertThat(calls("429")).isEqualTo(1);
    assertThat(calls("io")).isEqualTo(2);
    assertThat(
            meters.counter("messages.put.off", "reason", "twilio_429").count()
                + meters.counter("messages.put.off", "reason", "twilio_unreachable").count())
        .isEqualTo(2);
  }

  @Test
  void shouldNotWriteAnEmailToWhoWantsNoneOrGotItAnyway() {
    OutgoingSms sms = claimed();
    rows.add(
        "INSERT INTO notification_preferences (user_id, email_enabled) VALUES (:a, false)", user);
    answers.answered(sms, 400, null, "{\"code\":21610}");
    assertThat(beans.text("SELECT count(*) FROM outbound_messages")).isEqualTo("1");

    rows.add("UPDATE notification_preferences SET email_enabled = true WHERE user_id = :a", user);
    rows.add("UPDATE outbound_messages SET dedup_key = 'digest:x:sms' WHERE id = :a", sms.id());
    rows.add(
        """
        INSERT INTO outbound_messages (user_id, channel, purpose, dedup_key, to_address, body,
                                       expires_at)
        VALUES (:a, 'email', 'digest', 'digest:x:email', 'ann@example.org', 'Hello', now())
        """,
        user);
    beans.get(EmailInstead.class).of(sms.id());
    assertThat(beans.text("SELECT count(*) FROM outbound_messages")).isEqualTo("2");
  }

  private OutgoingSms claimed() {
    UUID message =
        rows.add(
            """
            INSERT INTO outbound_messages (id, user_id, channel, purpose, dedup_key, to_address,
                                           body, not_before, expires_at)
            VALUES (:id, :a, 'sms', 'digest', CAST(:id AS text) || ':sms', '+12025550143',
                    'Hello & bye. Reply STOP to opt out.', :b, :c)
            """,
            user,
            SqlInstant.of(clock.instant()),
            SqlInstant.of(clock.instant().plus(Duration.ofDays(3))));
    return (OutgoingSms) beans.get(Delivery.class).claim(message, clock.instant());
  }

  private double calls(String code) {
    return meters.counter("external.calls", "service", "twilio", "code", code).count();
  }

  private String openAlerts() {
    return beans.text(
        "SELECT coalesce(string_agg(kind, ','), 'none') FROM admin_alerts WHERE closed_at IS NULL");
  }

  private String state(UUID id) {
    return beans.text(
        "SELECT state || ' ' || coalesce(state_reason, 'null') FROM outbound_messages WHERE id = '%s'"
            .formatted(id));
  }
}
