package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.job.Rows;
import dev.millrace.sandbox.twilio.Phones;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeEach;

/** A user with a verified phone, which texts the application through the sandbox's Twilio. */
abstract class Texting extends RunningConnect {

  /** Far enough ahead that nothing about it is late. */
  static final Instant SLOT = Instant.parse("2031-03-04T23:00:00Z");

  Rows rows;
  String number;

  @BeforeEach
  void haveAPhone() {
    SANDBOX.callbacks().automatic(false);
    rows = new Rows(jdbc);
    number = freshNumber();
    jdbc.sql("UPDATE users SET time_zone = 'America/New_York' WHERE id = :user")
        .param("user", user)
        .update();
    rows.phone(user, number);
  }

  static String freshNumber() {
    return "+1" + ThreadLocalRandom.current().nextLong(2_000_000_000L, 9_999_999_999L);
  }

  URI webhook() {
    return URI.create("http://localhost:" + port + "/api/sms/webhook");
  }

  /** What the phone texts, and what it gets. */
  Phones.Reply text(String body) {
    Phones.Reply reply = SANDBOX.phones().text(number, body, webhook());
    assertThat(reply.status()).as(reply.twiml()).isEqualTo(200);
    return reply;
  }

  UUID suggestion(String name, int daysLater) {
    UUID contact = rows.contact(user, name, "monthly", "2020-01-01T00:00:00Z");
    Instant start = SLOT.plusSeconds(86_400L * daysLater);
    return rows.suggestion(user, contact, start.toString(), start.plusSeconds(3600).toString());
  }

  /** A text message with numbered suggestions that the phone has got. */
  UUID digest(UUID... suggestions) {
    UUID message = sms("digest", "sent", null);
    for (int at = 0; at < suggestions.length; at++) {
      rows.add(
          "INSERT INTO digest_items (message_id, position, suggestion_id) VALUES (:a, :b, :c)",
          message,
          at + 1,
          suggestions[at]);
    }
    return message;
  }

  UUID sms(String purpose, String state, String sid) {
    return rows.add(
        """
        INSERT INTO outbound_messages (id, user_id, channel, purpose, dedup_key, to_address, body,
                                       state, provider_id, sent_at, claimed_at, expires_at)
        VALUES (:id, :a, 'sms', :b, CAST(:id AS text), :c, 'Some text', CAST(:d AS msg_state),
                CAST(NULLIF(:e, '') AS text), now(), now(), now() + interval '1 day')
        """,
        user,
        purpose,
        number,
        state,
        sid == null ? "" : sid);
  }

  String state(UUID suggestion) {
    return value("SELECT state FROM suggestions WHERE id = :id", suggestion);
  }

  String value(String sql, UUID id) {
    List<String> found = jdbc.sql(sql).param("id", id).query((rs, row) -> rs.getString(1)).list();
    return found.isEmpty() ? null : found.getFirst();
  }

  /** Posts a form with any signature; null = none. */
  HttpResponse<String> post(String path, String body, String signature) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (signature != null) {
      request.header("X-Twilio-Signature", signature);
    }
    HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
    CONTRACT.hold(answer);
    return answer;
  }

  /** Posts it as Twilio does. */
  HttpResponse<String> post(String path, SignedForm form) throws Exception {
    return post(path, form.body(), signature(path, form));
  }

  String signature(String path, SignedForm form) {
    return form.signature(
        "http://localhost:" + port + path, SANDBOX.properties().get("twilio.auth-token"));
  }
}
