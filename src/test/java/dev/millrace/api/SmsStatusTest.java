package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /api/sms/status}: what became of the messages that we sent. */
class SmsStatusTest extends Texting {

  private static final String PATH = "/api/sms/status";

  @ParameterizedTest
  @CsvSource({
    "sending,sent,sent",
    "sending,accepted,sent",
    "unknown,queued,sent",
    "unknown,sending,sent",
    "queued,sending,sent",
    "sending,delivered,delivered",
    "unknown,sent,sent",
    "unknown,delivered,delivered",
    "sent,delivered,delivered",
    "sent,read,delivered",
    "sent,undelivered,undelivered",
    "sent,failed,failed",
    "sent,canceled,failed",
    "sent,queued,sent",
    "sent,sending,sent",
    "sent,something-new,sent",
    "delivered,sent,delivered",
    "delivered,undelivered,delivered",
    "delivered,failed,delivered",
    "undelivered,sent,undelivered",
    "undelivered,failed,undelivered",
    "failed,sent,failed",
    "failed,delivered,delivered"
  })
  void shouldOnlyGoOn(String state, String reported, String becomes) throws Exception {
    String sid = sid();
    UUID message = sms("digest", state, sid);

    assertThat(report(PATH, sid, reported, null)).isEqualTo(204);

    assertThat(messageState(message)).isEqualTo(becomes);
  }

  @Test
  void shouldFindTheMessageThatTwilioReportsBeforeItsIdIsStored() throws Exception {
    UUID suggestion = suggestion("Ann Lee", 0);
    UUID message = digest(suggestion);
    jdbc.sql("UPDATE outbound_messages SET state = 'sending', provider_id = NULL WHERE id = :id")
        .param("id", message)
        .update();
    String sid = sid();

    assertThat(report(PATH + "?messageId=" + message, sid, "delivered", null)).isEqualTo(204);

    assertThat(messageState(message)).isEqualTo("delivered");
    assertThat(value("SELECT provider_id FROM outbound_messages WHERE id = :id", message))
        .isEqualTo(sid);
    assertThat(value("SELECT first_sent_at FROM suggestions WHERE id = :id", suggestion))
        .isNotNull();
  }

  @Test
  void shouldCountWhatTwilioReportsBeforeItsAnswerIsNoted() throws Exception {
    double sent = counted("messages", "channel", "sms", "purpose", "digest", "state", "sent");
    double delivered =
        counted("messages", "channel", "sms", "purpose", "digest", "state", "delivered");
    String sid = sid();
    sms("digest", "sending", sid);

    report(PATH, sid, "delivered", null);

    assertThat(counted("messages", "channel", "sms", "purpose", "digest", "state", "sent"))
        .isEqualTo(sent + 1);
    assertThat(counted("messages", "channel", "sms", "purpose", "digest", "state", "delivered"))
        .isEqualTo(delivered + 1);
  }

  @Test
  void shouldWriteAnEmailInPlaceOfATextThatDidNotArrive() throws Exception {
    String sid = sid();
    UUID message = sms("digest", "sent", sid);

    report(PATH, sid, "undelivered", "30005");

    assertThat(
            value(
                """
                SELECT e.state FROM outbound_messages m JOIN outbound_messages e
                  ON e.user_id = m.user_id AND e.channel = 'email' WHERE m.id = :id
                """,
                message))
        .isEqualTo("queued");
  }

  @Test
  void shouldNotTakeTheFailureOfOneAttemptForThatOfAnother() throws Exception {
    UUID message = sms("digest", "sent", sid());
    String address = PATH + "?messageId=" + message;

    report(address, sid(), "failed", "30008");
    assertThat(messageState(message)).isEqualTo("sent");
    report(address, sid(), "delivered", null);
    assertThat(messageState(message)).isEqualTo("delivered");
  }

  @Test
  void shouldHearOfMessagesThatItDoesNotKnow() throws Exception {
    double before = counted("sms.reports", "outcome", "unknown", "status", "delivered");

    assertThat(report(PATH, sid(), "delivered", null)).isEqualTo(204);

    assertThat(counted("sms.reports", "outcome", "unknown", "status", "delivered"))
        .isEqualTo(before + 1);
  }

  @Test
  void shouldBelieveNobodyWhoCannotSign() throws Exception {
    String sid = sid();
    UUID message = sms("digest", "sent", sid);
    SignedForm form = SignedForm.of("MessageSid", sid, "MessageStatus", "failed");
    String elsewhere = signature(PATH, form);

    assertThat(post(PATH, form.body(), null).statusCode()).isEqualTo(403);
    assertThat(post(PATH + "?messageId=" + message, form.body(), elsewhere).statusCode())
        .isEqualTo(403);
    assertThat(messageState(message)).isEqualTo("sent");
    HttpResponse<String> nothing = post(PATH, SignedForm.of("MessageSid", sid));
    assertThat(tree(nothing).at("/errors/0/field").asText()).isEqualTo("MessageStatus");
    HttpResponse<String> noId = post(PATH + "?messageId=7", form);
    assertThat(tree(noId).at("/errors/0/field").asText()).isEqualTo("messageId");
  }

  @ParameterizedTest
  @ValueSource(ints = {30004, 30005, 30006, 21614})
  void shouldSendNoMoreToANumberThatCannotBeReached(int code) throws Exception {
    String sid = sid();
    sms("digest", "sent", sid);

    report(PATH, sid, "undelivered", "" + code);

    assertThat(unusable()).isEqualTo("" + code);
    String later = sid();
    sms("digest", "sent", later);
    report(PATH, later, "delivered", null);
    assertThat(unusable()).as("it can be reached after all").isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {30003, 30007})
  void shouldGiveUpAPhoneThatIsOffOnlyAfterThreeMessages(int code) throws Exception {
    for (int at = 1; at <= 3; at++) {
      assertThat(unusable()).isNull();
      String sid = sid();
      sms("digest", "sent", sid);
      report(PATH, sid, "undelivered", "" + code);
    }
    assertThat(unusable()).isEqualTo("" + code);
  }

  @Test
  void shouldTakeARefusalOfTwilioForStop() throws Exception {
    String sid = sid();
    sms("digest", "sent", sid);

    report(PATH, sid, "failed", "21610");

    assertThat(value("SELECT opted_out_at FROM user_phones WHERE user_id = :id", user)).isNotNull();
    text("START");
    assertThat(value("SELECT opted_out_at FROM user_phones WHERE user_id = :id", user)).isNull();
  }

  private int report(String address, String sid, String status, String code) throws Exception {
    SignedForm form =
        code == null
            ? SignedForm.of("MessageSid", sid, "MessageStatus", status, "To", number)
            : SignedForm.of(
                "MessageSid", sid, "MessageStatus", status, "To", number, "ErrorCode", code);
    return post(address, form).statusCode();
  }

  private String messageState(UUID message) {
    return value("SELECT state FROM outbound_messages WHERE id = :id", message);
  }

  private String unusable() {
    return value("SELECT unusable_code FROM user_phones WHERE user_id = :id", user);
  }

  private static String sid() {
    return "SM" + UUID.randomUUID().toString().replace("-", "");
  }
}
